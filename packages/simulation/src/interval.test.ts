import { describe, expect, it } from "vitest";
import { Chance } from "./chance.ts";
import { seenChance, seenTime } from "./interval.ts";
import { drawBinomial } from "./samplers/binomial.ts";
import { drawGamma } from "./samplers/gamma.ts";

describe("the interval of a chance", () => {
  /** Made with another implementation (scipy.stats.binomtest, method "exact", 99 %). */
  it.each([
    [0, 1_000, 0, 5_285],
    [3, 1_000, 338, 10_934],
    [50, 1_000, 33_927, 70_504],
    [1_000, 1_000, 994_715, 1_000_000],
  ])("of %i in %i is that of Clopper and Pearson", (count, of, low, high) => {
    const seen = seenChance(count, of);
    expect(Math.abs(seen.low_ppm - low)).toBeLessThan(3);
    expect(Math.abs(seen.high_ppm - high)).toBeLessThan(3);
  });

  it("of no runs is everything", () => {
    expect(seenChance(0, 0)).toEqual({ count: 0, of: 0, ppm: 0, low_ppm: 0, high_ppm: 1_000_000 });
  });

  it.each([0.5, 0.01, 0.001])("holds the true chance %f in 99 of 100 cases at least", (chance) => {
    let held = 0;
    const trials = 2_000;
    for (let trial = 0; trial < trials; trial++) {
      const { low_ppm, high_ppm } = seenChance(drawBinomial(new Chance(2, 0, trial), 400, chance), 400);
      if (low_ppm <= chance * 1e6 && chance * 1e6 <= high_ppm) held += 1;
    }
    expect(held / trials).toBeGreaterThan(0.985);
  });
});

describe("times that were seen", () => {
  it("have a median whose interval holds the true one in 99 of 100 cases", () => {
    let held = 0;
    const trials = 1_000;
    for (let trial = 0; trial < trials; trial++) {
      const chance = new Chance(6, 0, trial);
      const seen = seenTime(Array.from({ length: 99 }, () => drawGamma(chance, 1)));
      if (seen !== undefined && seen.median_low_ms <= Math.LN2 && Math.LN2 <= seen.median_high_ms) held += 1;
    }
    expect(held / trials).toBeGreaterThan(0.98);
    expect(held / trials).toBeLessThan(1);
  });

  it("are none of none, and themselves of one", () => {
    expect(seenTime([])).toBeUndefined();
    expect(seenTime([7])).toEqual({ of: 1, median_ms: 7, median_low_ms: 7, median_high_ms: 7, p95_ms: 7 });
  });
});
