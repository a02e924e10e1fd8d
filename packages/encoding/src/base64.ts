/** Bytes as base64 in its two written forms. One value has one text: padding, its bits and the alphabet are checked. */
import { base64, base64url } from "@scure/base";
import { EncodingError } from "./errors.ts";

/** RFC 4648 section 5 without padding, as JOSE and bootstrap links write it. */
export function toBase64url(bytes: Uint8Array): string {
  const padded = base64url.encode(bytes);
  return padded.slice(0, Math.ceil((bytes.length * 4) / 3));
}

/** @throws EncodingError `base64url_malformed`: padding, another alphabet, white space, non-zero trailing bits */
export function fromBase64url(text: string): Uint8Array {
  // With padding, because only that form of the library is the platform's own code: a tenth of the time.
  const padded = text.padEnd(Math.ceil(text.length / 4) * 4, "=");
  const bytes = decodeOrUndefined(base64url.decode, padded);
  // RFC 4648 section 3.5: one value has one text. The library is strict; its platform's decoder need not be.
  if (bytes === undefined || text.endsWith("=") || base64url.encode(bytes) !== padded)
    throw new EncodingError("base64url_malformed", "", `Not unpadded canonical base64url (${text.length} characters)`);
  return bytes;
}

/** RFC 4648 section 4 with padding, as Repr-Digest and DSSE write it. */
export function toBase64(bytes: Uint8Array): string {
  return base64.encode(bytes);
}

/** @throws EncodingError `base64_malformed`: missing padding, another alphabet, white space, non-zero trailing bits */
export function fromBase64(text: string): Uint8Array {
  const bytes = decodeOrUndefined(base64.decode, text);
  if (bytes === undefined || toBase64(bytes) !== text)
    throw new EncodingError("base64_malformed", "", `Not padded canonical base64 (${text.length} characters)`);
  return bytes;
}

/** @scure/base says malformed by throwing plain errors; a text is the only thing that it can refuse. */
function decodeOrUndefined(decode: (text: string) => Uint8Array, text: string): Uint8Array | undefined {
  try {
    return decode(text);
  } catch {
    return undefined;
  }
}
