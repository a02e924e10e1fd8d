/** A bootstrap payload of somebody, read and computed again. */
import { nativeSha256 } from "@tau-edge/adapter-node";
import { type BootstrapPayload, PAYLOAD_BYTES_MAX, readBootstrapPayload } from "@tau-edge/identity";
import type { CliIo } from "../io.ts";
import { readFileOnce } from "../operands.ts";
import { below, stateDirOf } from "../state-dir.ts";
import { DID_DEFAULTS } from "./did-defaults.ts";

export function payloadPathOf(file: string | undefined, stateDir: string | undefined, io: CliIo): string {
  return file ?? below(stateDirOf(stateDir, io), DID_DEFAULTS.file_name);
}

/** @throws CliError as `readFileOnce` */
export function readPayloadBytes(file: string, io: CliIo): Uint8Array {
  return readFileOnce(io, file, PAYLOAD_BYTES_MAX);
}

/** @throws CliError as `readFileOnce`; IdentityError as `readBootstrapPayload` */
export function readPayloadFile(file: string, io: CliIo): BootstrapPayload {
  return readBootstrapPayload(readPayloadBytes(file, io), nativeSha256);
}
