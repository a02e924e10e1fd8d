import { describe, expect, it } from "vitest";
import { Chance } from "./chance.ts";
import { type Four, philox4x32 } from "./philox.ts";

const hex = (words: readonly number[]): string => words.map((word) => word.toString(16).padStart(8, "0")).join(" ");

/** The same in integers of any length. */
function byBigInts(counter: Four, key: readonly [number, number]): readonly number[] {
  let [a, b, c, d] = counter.map(BigInt) as [bigint, bigint, bigint, bigint];
  let [k0, k1] = key.map(BigInt) as [bigint, bigint];
  const word = 0xffffffffn;
  for (let round = 0; round < 10; round++) {
    const [first, second] = [0xd2511f53n * a, 0xcd9e8d57n * c];
    [a, b, c, d] = [(second >> 32n) ^ b ^ k0, second & word, (first >> 32n) ^ d ^ k1, first & word];
    [k0, k1] = [(k0 + 0x9e3779b9n) & word, (k1 + 0xbb67ae85n) & word];
  }
  return [a, b, c, d].map(Number);
}

describe("Philox4x32-10", () => {
  it("gives the published answers", () => {
    expect(hex(philox4x32([0, 0, 0, 0], [0, 0]))).toBe("6627e8d5 e169c58d bc57ac4c 9b00dbd8");
    const ones = 0xffffffff;
    expect(hex(philox4x32([ones, ones, ones, ones], [ones, ones]))).toBe("408f276d 41c83b0e a20bc7c6 6d5451fd");
    expect(hex(philox4x32([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0]))).toBe(
      "d16cfe09 94fdcceb 5001e420 24126ea1",
    );
  });

  it("gives what integers of any length give, for a chain of 2,000 blocks", () => {
    let counter: Four = [1, 2, 3, 4];
    for (let nth = 0; nth < 2_000; nth++) {
      const next = philox4x32(counter, [nth, 0xffffffff - nth]);
      expect(next).toEqual(byBigInts(counter, [nth, 0xffffffff - nth]));
      counter = next;
    }
  });
});

describe("chance", () => {
  it("differs by seed, trial and run, and by nothing else", () => {
    const first = (seed: number, trial: number, run: number) => new Chance(seed, trial, run).uniform();
    const all = [first(0, 0, 0), first(1, 0, 0), first(2 ** 40, 0, 0), first(0, 1, 0), first(0, 0, 1)];
    expect(new Set(all).size).toBe(all.length);
    expect(first(2 ** 40, 3, 5)).toBe(first(2 ** 40, 3, 5));
  });
});
