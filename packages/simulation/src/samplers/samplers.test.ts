/** Samplers against distributions that are computed otherwise: moments, tails, and the whole curve. */
import { betaCdf } from "@tau-edge/rollout";
import { describe, expect, it } from "vitest";
import { Chance } from "../chance.ts";
import { drawBinomial } from "./binomial.ts";
import { drawBeta, drawGamma } from "./gamma.ts";
import { drawNormal } from "./normal.ts";
import { drawPoisson } from "./poisson.ts";
import { drawSplit } from "./split.ts";

const DRAWS = 20_000;
const draws = (draw: (chance: Chance) => number, seed = 1): Float64Array => {
  const chance = new Chance(seed, 0, 0);
  return Float64Array.from({ length: DRAWS }, () => draw(chance)).sort();
};

/** The largest distance of two curves that Kolmogorov's test lets pass in 999 of 1,000 samples. */
const KOLMOGOROV = 1.95 / Math.sqrt(DRAWS);

/** Of a continuous distribution. */
function distance(sorted: Float64Array, below: (x: number) => number): number {
  let most = 0;
  for (const [at, x] of sorted.entries()) {
    const expected = below(x);
    most = Math.max(most, Math.abs((at + 1) / DRAWS - expected), Math.abs(at / DRAWS - expected));
  }
  return most;
}

/** Of a distribution of integers: only the steps count, and Kolmogorov's bound is the stricter for it. */
function distanceOfCounts(sorted: Float64Array, atMost: (k: number) => number): number {
  let most = 0;
  for (const [at, k] of sorted.entries())
    if (sorted[at + 1] !== k) most = Math.max(most, Math.abs((at + 1) / DRAWS - atMost(k)));
  return most;
}

/** Added up term by term with the engine's logarithms. */
function termByTerm(logTerm: (k: number) => number): (k: number) => number {
  const sums: number[] = [];
  return (k) => {
    while (sums.length <= k) sums.push((sums.at(-1) ?? 0) + Math.exp(logTerm(sums.length)));
    return sums[k] ?? 0;
  };
}
const logFactorials: number[] = [0];
function logFactorial(n: number): number {
  while (logFactorials.length <= n) logFactorials.push((logFactorials.at(-1) ?? 0) + Math.log(logFactorials.length));
  return logFactorials[n] ?? 0;
}

describe("a binomial number", () => {
  it.each([
    [200, 0.0025],
    [5_000, 0.0023],
    [5_000, 0.0025],
    [100_000, 0.0025],
    [60, 0.3],
    [40, 0.5],
    [1_000, 0.97],
    [25, 0.999],
  ])("of %i with chance %f is as likely as the terms say, in the middle and at the ends", (n, p) => {
    const terms = termByTerm(
      (k) => logFactorial(n) - logFactorial(k) - logFactorial(n - k) + k * Math.log(p) + (n - k) * Math.log(1 - p),
    );
    const sorted = draws((chance) => drawBinomial(chance, n, p));
    expect(distanceOfCounts(sorted, terms)).toBeLessThan(KOLMOGOROV);
    // What a gate looks at: far out. Four deviations of the number that lies there.
    for (const tail of [0.01, 0.001]) {
      let limit = 0;
      while (1 - terms(limit) > tail) limit += 1;
      const exact = 1 - terms(limit);
      const seen = sorted.filter((k) => k > limit).length;
      expect(Math.abs(seen - DRAWS * exact)).toBeLessThan(4 * Math.sqrt(DRAWS * exact) + 1);
    }
  });

  it("is none or all at the ends", () => {
    const chance = new Chance(1, 0, 0);
    const drawn = [
      [10, 0],
      [10, 1],
      [0, 0.5],
    ].map(([n = 0, p = 0]) => drawBinomial(chance, n, p));
    expect(drawn).toEqual([0, 10, 0]);
  });
});

describe("a Poisson number", () => {
  it.each([0.3, 5, 11.9, 12.1, 400, 20_000])("around %f is as likely as the terms say", (mean) => {
    const terms = termByTerm((k) => k * Math.log(mean) - mean - logFactorial(k));
    expect(
      distanceOfCounts(
        draws((chance) => drawPoisson(chance, mean)),
        terms,
      ),
    ).toBeLessThan(KOLMOGOROV);
  });
});

/** Abramowitz and Stegun, 7.1.26, which is right to 1.5e-7. */
function normalBelow(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const series = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
  const above = (series * Math.exp(-x * x)) / 2;
  return z < 0 ? above : 1 - above;
}

describe("continuous numbers", () => {
  it("are uniform in 0..1", () => {
    const sorted = draws((chance) => chance.uniform());
    expect(distance(sorted, (u) => u)).toBeLessThan(KOLMOGOROV);
    expect(sorted[0]).toBeGreaterThan(0);
    expect(sorted.at(-1)).toBeLessThan(1);
  });

  it("are normal", () => {
    expect(distance(draws(drawNormal), normalBelow)).toBeLessThan(KOLMOGOROV);
  });

  it.each([1, 2, 7, 40])("are the time of arrival %i, which is a Poisson tail", (shape) => {
    const below = (time: number) => 1 - termByTerm((k) => k * Math.log(time) - time - logFactorial(k))(shape - 1);
    expect(
      distance(
        draws((chance) => drawGamma(chance, shape)),
        below,
      ),
    ).toBeLessThan(KOLMOGOROV);
  });

  it.each([
    [1, 1],
    [1, 20],
    [190, 11],
    [4_750, 251],
  ])("are the sorted uniform number with %i and %i", (a, b) => {
    const sorted = draws((chance) => drawBeta(chance, a, b).below);
    expect(distance(sorted, (x) => betaCdf(x, a, b))).toBeLessThan(KOLMOGOROV);
  });

  it("and that is what sorting them gives", () => {
    // 300 samples of 200, each sorted, beside as many beta numbers: two samples, one curve (Smirnov).
    const chance = new Chance(4, 0, 0);
    const samples = 2_000;
    const sortedOnes = Float64Array.from(
      { length: samples },
      () => Float64Array.from({ length: 200 }, () => chance.uniform()).sort()[189] ?? 0,
    ).sort();
    let most = 0;
    for (const [at, x] of sortedOnes.entries())
      most = Math.max(most, Math.abs((at + 1) / samples - betaCdf(x, 190, 11)));
    expect(most).toBeLessThan(1.95 / Math.sqrt(samples));
  });
});

it("marked ones among the first are as likely as the terms say", () => {
  const [marked, first, total] = [12, 30, 100];
  const choose = (n: number, k: number) => logFactorial(n) - logFactorial(k) - logFactorial(n - k);
  const terms = termByTerm((k) => choose(first, k) + choose(total - first, marked - k) - choose(total, marked));
  const sorted = draws((chance) => drawSplit(chance, marked, first, total));
  expect(distanceOfCounts(sorted, terms)).toBeLessThan(KOLMOGOROV);
  expect(drawSplit(new Chance(1, 0, 0), 7, 100, 100)).toBe(7);
});
