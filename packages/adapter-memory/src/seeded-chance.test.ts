import { describe, expect, it } from "vitest";
import { philox4x32, SeededChance } from "./seeded-chance.ts";

const hex = (words: readonly number[]): string => words.map((word) => word.toString(16).padStart(8, "0")).join(" ");

describe("Philox4x32-10", () => {
  it("gives the published answers", () => {
    expect(hex(philox4x32([0, 0, 0, 0], [0, 0]))).toBe("6627e8d5 e169c58d bc57ac4c 9b00dbd8");
    const ones = 0xffffffff;
    expect(hex(philox4x32([ones, ones, ones, ones], [ones, ones]))).toBe("408f276d 41c83b0e a20bc7c6 6d5451fd");
    expect(hex(philox4x32([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0]))).toBe(
      "d16cfe09 94fdcceb 5001e420 24126ea1",
    );
  });
});

describe("SeededChance", () => {
  it("repeats for one seed and differs for another", () => {
    const draw = (seed: number): number[] => {
      const chance = new SeededChance(seed);
      return Array.from({ length: 20 }, () => chance.uint32());
    };
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
    expect(new Set(draw(2 ** 40)).size).toBe(20);
  });

  it("stays below the bound and reaches all of it", () => {
    const chance = new SeededChance(1);
    const counts = [0, 0, 0, 0, 0, 0];
    for (let nth = 0; nth < 6_000; nth++) {
      const drawn = chance.below(6);
      counts[drawn] = (counts[drawn] ?? 0) + 1;
    }
    expect(counts.length).toBe(6);
    for (const count of counts) expect(Math.abs(count - 1_000)).toBeLessThan(150);
    expect(["a", "b"]).toContain(chance.pick(["a", "b"]));
    expect(() => chance.pick([])).toThrow(RangeError);
  });
});
