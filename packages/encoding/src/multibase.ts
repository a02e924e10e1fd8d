/** Self-describing text forms of bytes: `z` base58btc and `u` base64url (Multibase, table of draft-multiformats-multibase). */
import { base58 } from "@scure/base";
import { fromBase64url, toBase64url } from "./base64.ts";
import { EncodingError } from "./errors.ts";
import { BASE58_CHARS_MAX, MULTIBASE_CHARS_MAX } from "./limits.ts";

export type MultibasePrefix = "z" | "u";

export function toMultibase(prefix: MultibasePrefix, bytes: Uint8Array): string {
  return prefix === "z" ? `z${base58.encode(bytes)}` : `u${toBase64url(bytes)}`;
}

const BASE58 = /^[1-9A-HJ-NP-Za-km-z]*$/;

/** @throws EncodingError `multibase_malformed`: another prefix, another alphabet, a non-canonical or overlong text */
export function fromMultibase(text: string): Uint8Array {
  const body = text.slice(1);
  if (text.startsWith("z")) {
    // The length before the conversion: base58 costs its square.
    if (body.length > BASE58_CHARS_MAX) throw malformed(`base58btc text of ${body.length} characters`);
    if (!BASE58.test(body)) throw malformed("A character outside the base58btc alphabet");
    return base58.decode(body);
  }
  if (text.startsWith("u")) {
    if (body.length > MULTIBASE_CHARS_MAX) throw malformed(`base64url text of ${body.length} characters`);
    try {
      return fromBase64url(body);
    } catch (cause) {
      if (cause instanceof EncodingError) throw malformed("Not unpadded canonical base64url");
      throw cause;
    }
  }
  throw malformed("The prefix is neither `z` nor `u`");
}

function malformed(detail: string): EncodingError {
  return new EncodingError("multibase_malformed", "", detail);
}
