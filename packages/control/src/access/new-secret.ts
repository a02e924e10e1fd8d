/** Tokens that are given out once and kept as hashes. */
import { encodeUtf8, toHex } from "@tau-edge/encoding";
import { writeSecretToken } from "@tau-edge/identity";
import type { AccessPorts } from "./access.ts";

const KEY_ID_BYTES = 4;
const TOKEN_BYTES = 32;

export interface NewSecret {
  readonly token: string;
  /** 32 bytes: its SHA-256. */
  readonly token_hash: Uint8Array;
}

export function newSecret(ports: Pick<AccessPorts, "randomBytes" | "derivation">): NewSecret {
  const token = writeSecretToken(toHex(ports.randomBytes(KEY_ID_BYTES)), ports.randomBytes(TOKEN_BYTES));
  return { token, token_hash: ports.derivation.sha256(encodeUtf8(token)) };
}
