import { describe, expect, it } from "vitest";
import { betaCdf, logFactorial } from "./beta.ts";

/** Chance of `from` or more among `n`, term by term in logarithms of the engine. */
function binomialAtLeast(n: number, p: number, from: number): number {
  let log = n * Math.log(1 - p);
  let sum = from <= 0 ? Math.exp(log) : 0;
  for (let k = 1; k <= n; k++) {
    log += Math.log((n - k + 1) / k) + Math.log(p / (1 - p));
    if (k >= from) sum += Math.exp(log);
  }
  return sum;
}

describe("the beta distribution", () => {
  it("is the tail of a binomial one, added up term by term", () => {
    for (const n of [1, 2, 20, 200, 5_000])
      for (const p of [0.001, 0.05, 0.5, 0.95, 0.9999])
        for (const from of [1, Math.ceil(n * p), n]) {
          const tail = binomialAtLeast(n, p, from);
          expect(Math.abs(betaCdf(p, from, n - from + 1) - tail), `${n} ${p} ${from}`).toBeLessThan(1e-10);
        }
  });

  it("has the closed forms that it has", () => {
    expect(betaCdf(0.3, 1, 1)).toBeCloseTo(0.3, 13);
    expect(betaCdf(0.2, 0.5, 0.5)).toBeCloseTo((2 / Math.PI) * Math.asin(Math.sqrt(0.2)), 12);
    expect([betaCdf(0, 3, 4), betaCdf(1, 3, 4), betaCdf(-1, 3, 4)]).toEqual([0, 1, 0]);
  });

  it("keeps its digits for a million observations", () => {
    // Made with another implementation (Boost, through SciPy 1.x).
    expect(betaCdf(0.95, 950_000, 50_001)).toBeCloseTo(0.5011898042280432, 9);
    expect(betaCdf(0.95, 9_500, 501)).toBeCloseTo(0.5118950329565666, 11);
  });
});

it("the logarithm of a factorial is the sum of logarithms", () => {
  let sum = 0;
  for (let n = 0; n <= 200; n++) {
    if (n > 0) sum += Math.log(n);
    expect(Math.abs(logFactorial(n) - sum), `${n}`).toBeLessThan(1e-11);
  }
});
