/**
 * What kind of binary do these eight bytes announce? Exact forms only: the older component prototypes (version 0x0a,
 * 0x0c) and any version still to come are refused, not guessed.
 */
import type { Cursor } from "./cursor.ts";

export const PREAMBLE_BYTES = 8;

/** Core spec 5.5.16 and Component Model Binary.md (`preamble`: version 0x0d, layer 1). */
export function readPreamble(cursor: Cursor): "module" | "component" {
  const at = cursor.offset;
  if (cursor.remaining < PREAMBLE_BYTES) cursor.fail("E_TOO_SMALL", "a preamble needs eight bytes");
  const magic = word(cursor);
  if (magic !== 0x6d736100) cursor.fail("E_MAGIC", "the first four bytes are not \\0asm", at);
  const version = word(cursor);
  if (version === 0x00000001) return "module";
  if (version === 0x0001000d) return "component";
  return cursor.fail("E_VERSION", `version and layer 0x${version.toString(16).padStart(8, "0")} are unknown`, at + 4);
}

function word(cursor: Cursor): number {
  const a = cursor.u8();
  const b = cursor.u8();
  const c = cursor.u8();
  return (a | (b << 8) | (c << 16) | (cursor.u8() << 24)) >>> 0;
}
