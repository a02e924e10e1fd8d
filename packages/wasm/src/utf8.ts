/**
 * Is a range of bytes well-formed UTF-8 (Unicode 16, table 3-7)? Allocates nothing, so that millions of names can be
 * checked without building a string for each.
 */
export function isWellFormedUtf8(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start;
  while (at < end) {
    const lead = bytes[at++] as number;
    if (lead < 0x80) continue;
    if (lead < 0xc2 || lead > 0xf4) return false;
    const tail = lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
    if (at + tail > end) return false;
    // Only the first continuation byte is narrowed: it rules out overlong forms, surrogates and values past U+10FFFF.
    const low = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
    const high = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
    const first = bytes[at] as number;
    if (first < low || first > high) return false;
    for (let index = 1; index < tail; index++) {
      if (((bytes[at + index] as number) & 0xc0) !== 0x80) return false;
    }
    at += tail;
  }
  return true;
}
