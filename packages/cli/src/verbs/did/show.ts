/** `tau-edge did show`: what a bootstrap payload says, after it was computed again. */
import { payloadPathOf, readPayloadFile } from "../../did/payload-file.ts";
import { EXIT, type ExitCode } from "../../exit-codes.ts";
import type { CliIo } from "../../io.ts";
import { renderDid } from "../../render/did.ts";

export interface DidShowOptions {
  readonly stateDir?: string;
  readonly json?: boolean;
}

export async function didShowVerb(file: string | undefined, options: DidShowOptions, io: CliIo): Promise<ExitCode> {
  const path = payloadPathOf(file, options.stateDir, io);
  const payload = readPayloadFile(path, io);
  io.stdout(options.json === true ? `${JSON.stringify(payload, undefined, 2)}\n` : renderDid(payload, ["file", path]));
  return EXIT.done;
}
