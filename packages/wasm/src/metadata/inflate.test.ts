import { constants, deflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { inflateZlib } from "./inflate.ts";

/** A small generator with a seed, so that a failure can be repeated. */
function randomBytes(seed: number, length: number, alphabet: number): Uint8Array {
  const result = new Uint8Array(length);
  let state = seed >>> 0;
  for (let index = 0; index < length; index++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    result[index] = (state >>> 16) % alphabet;
  }
  return result;
}

describe("inflating", () => {
  const strategies = [constants.Z_DEFAULT_STRATEGY, constants.Z_FIXED, constants.Z_HUFFMAN_ONLY, constants.Z_RLE];
  const samples = [0, 1, 3, 258, 1000, 70_000].flatMap((length) =>
    [1, 2, 40, 256].map((alphabet) => ({ length, alphabet, bytes: randomBytes(length + alphabet, length, alphabet) })),
  );

  it.each(samples)("gives back $length bytes of $alphabet kinds, however they were packed", ({ bytes }) => {
    for (const level of [0, 1, 6, 9])
      for (const strategy of strategies) {
        const packed = deflateSync(bytes, { level, strategy });
        expect(inflateZlib(packed, bytes.length)).toEqual(bytes);
      }
  });

  it("stops at the limit, not after it", () => {
    const packed = deflateSync(new Uint8Array(1_000_000));
    expect(inflateZlib(packed, 999_999)).toBeUndefined();
    expect(inflateZlib(packed, 1_000_000)).toHaveLength(1_000_000);
  });

  it("answers nothing for every cut and nothing wrong for every flipped bit", () => {
    const bytes = randomBytes(7, 300, 20);
    for (const strategy of strategies) {
      const packed = deflateSync(bytes, { strategy });
      for (let length = 0; length < packed.length; length++) {
        expect(inflateZlib(packed.subarray(0, length), 1000)).toBeUndefined();
      }
      expect(inflateZlib(Uint8Array.of(...packed, 0), 1000)).toBeUndefined();
      for (let bit = 0; bit < packed.length * 8; bit++) {
        const flipped = Uint8Array.from(packed);
        flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
        const result = inflateZlib(flipped, 1000);
        if (result !== undefined) expect(result).toEqual(bytes);
      }
    }
  });

  it("refuses a preset dictionary and other methods", () => {
    const packed = deflateSync(Uint8Array.of(1, 2, 3), { dictionary: Uint8Array.of(1, 2, 3) });
    expect(inflateZlib(packed, 10)).toBeUndefined();
    expect(inflateZlib(Uint8Array.of(0x79, 0x9c, 3, 0, 0, 0, 0, 1), 10)).toBeUndefined();
  });
});
