/** Texts one after the other, so that no two lists give the same bytes. */
import { encodeUtf8 } from "@tau-edge/encoding";

/** For each text its length in UTF-8 as u32be, then the text. */
export function lengthPrefixed(texts: readonly string[]): Uint8Array {
  const parts = texts.map((text) => encodeUtf8(text));
  const found = new Uint8Array(parts.reduce((sum, part) => sum + 4 + part.length, 0));
  const view = new DataView(found.buffer);
  let at = 0;
  for (const part of parts) {
    view.setUint32(at, part.length);
    found.set(part, at + 4);
    at += 4 + part.length;
  }
  return found;
}
