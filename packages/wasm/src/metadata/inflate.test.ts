import { constants, deflateSync, inflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { LIMITS } from "../limits.ts";
import { inflateZlib } from "./inflate.ts";

const inflate = (bytes: Uint8Array, bytesMax: number) => inflateZlib(bytes, bytesMax, LIMITS.metadata_blocks_max);

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
        expect(inflate(packed, bytes.length)).toEqual(bytes);
      }
  });

  it("stops at the limit, not after it", () => {
    const packed = deflateSync(new Uint8Array(1_000_000));
    expect(inflate(packed, 999_999)).toBeUndefined();
    expect(inflate(packed, 1_000_000)).toHaveLength(1_000_000);
  });

  /** A block of its own codes that ends at once: eleven bytes of work for nothing, as often as one likes. */
  const emptyBlocks = (count: number): Uint8Array => {
    const bits: number[] = [];
    const put = (value: number, width: number) => {
      for (let bit = 0; bit < width; bit++) bits.push((value >> bit) & 1);
    };
    for (let block = 1; block <= count; block++) {
      put(block === count ? 1 : 0, 1);
      // Dynamic, 257 + 1 lengths; of the code length code only 18 (a one) and 1 (a zero) have a word.
      put(2, 2);
      put(14 << 10, 14);
      for (const symbol of [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1])
        put(symbol === 18 || symbol === 1 ? 1 : 0, 3);
      // 138 + 117 zeros, then words of one bit for 255, for the end of the block and for one distance; the end.
      put(1 | (127 << 1), 8);
      put(1 | (106 << 1), 8);
      put(0, 3);
      put(1, 1);
    }
    const stream = new Uint8Array(2 + Math.ceil(bits.length / 8) + 4);
    stream.set([0x78, 0x9c]);
    bits.forEach((bit, index) => {
      stream[2 + (index >> 3)] = (stream[2 + (index >> 3)] as number) | (bit << (index & 7));
    });
    stream[stream.length - 1] = 1;
    return stream;
  };

  it("gives up on a stream of many blocks that say nothing, which costs a code table each", () => {
    expect(inflateSync(emptyBlocks(1_000))).toHaveLength(0);
    expect(inflate(emptyBlocks(1_000), 512 * 1024)).toHaveLength(0);
    expect(inflate(emptyBlocks(5_000), 512 * 1024)).toBeUndefined();
  });

  it("answers nothing for every cut and nothing wrong for every flipped bit", () => {
    const bytes = randomBytes(7, 300, 20);
    for (const strategy of strategies) {
      const packed = deflateSync(bytes, { strategy });
      for (let length = 0; length < packed.length; length++) {
        expect(inflate(packed.subarray(0, length), 1000)).toBeUndefined();
      }
      expect(inflate(Uint8Array.of(...packed, 0), 1000)).toBeUndefined();
      for (let bit = 0; bit < packed.length * 8; bit++) {
        const flipped = Uint8Array.from(packed);
        flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
        const result = inflate(flipped, 1000);
        if (result !== undefined) expect(result).toEqual(bytes);
      }
    }
  });

  it("refuses a preset dictionary and other methods", () => {
    const packed = deflateSync(Uint8Array.of(1, 2, 3), { dictionary: Uint8Array.of(1, 2, 3) });
    expect(inflate(packed, 10)).toBeUndefined();
    expect(inflate(Uint8Array.of(0x79, 0x9c, 3, 0, 0, 0, 0, 1), 10)).toBeUndefined();
  });
});
