/** A secret is found in whatever way somebody wrote it down: as bytes, hex, base64, base64url, base58, and backwards. */
import { toBase64, toBase64url, toHex, toMultibase } from "@tau-edge/encoding";

/** base58 takes time with the square of the length, and nobody writes so much in it. */
const BASE58_BYTES_MAX = 256;

/** In both directions: what stands backwards was reversed before it was written, or after. */
export function formsOf(secret: Uint8Array): readonly Buffer[] {
  const backwards = secret.toReversed();
  const texts = [secret, backwards].flatMap((bytes) => [
    toHex(bytes),
    toHex(bytes).toUpperCase(),
    toBase64(bytes).replace(/=+$/, ""),
    toBase64url(bytes),
    ...(bytes.length <= BASE58_BYTES_MAX ? [toMultibase("z", bytes).slice(1)] : []),
  ]);
  const read = texts.map((text) => Buffer.from(text));
  return [Buffer.from(secret), Buffer.from(backwards), ...read, ...read.map((text) => Buffer.from(text.toReversed()))];
}

/** Something that somebody may read: a file, an answer, a line of a log. */
export type Readable = readonly [place: string, bytes: Uint8Array];

/** @returns the places in which one of the secrets was found, each once */
export function placesOf(secrets: readonly Uint8Array[], readables: readonly Readable[]): readonly string[] {
  const forms = secrets.flatMap(formsOf);
  const found = readables.filter(([, bytes]) => {
    const haystack = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return forms.some((form) => haystack.includes(form));
  });
  return [...new Set(found.map(([place]) => place))];
}
