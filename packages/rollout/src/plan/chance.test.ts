import { describe, expect, it } from "vitest";
import { atLeastOnce, binomialTail, exponential, naturalLog, normalTail } from "./chance.ts";

describe("chances that are computed without the engine's exponentials", () => {
  it.each([0, 1, -1, 0.1, -0.5, 5, -32, 20])("the exponential of %f is as the engine has it", (x) => {
    expect(Math.abs(exponential(x) / Math.exp(x) - 1)).toBeLessThan(1e-12);
  });

  it.each([1, 1.1, 0.5, 2, 10, 1001, 1e-6])("the logarithm of %f is as the engine has it", (x) => {
    expect(Math.abs(naturalLog(x) - Math.log(x))).toBeLessThan(1e-10);
  });

  /** Abramowitz and Stegun, table 26.1. */
  it.each([
    [0, 0.5],
    [1, 0.1586552539],
    [1.6448536269514722, 0.05],
    [2, 0.0227501319],
    [3, 0.001349898],
    [5, 2.866516e-7],
    [-1, 0.8413447461],
    [8.1, 0],
    [-8.1, 1],
  ])("a normal variable is above %f with chance %f", (z, chance) => {
    expect(Math.abs(normalTail(z) - chance)).toBeLessThan(1e-10);
  });

  it.each<[number, number, number, number]>([
    [1, 0.25, 0, 0.25],
    [2, 0.5, 1, 0.25],
    [10, 0.5, 5, 386 / 1024],
    [10, 0.5, 10, 0],
    [10, 0, 0, 0],
    [10, 1, 9, 1],
    [200, 0.01, 1, 1 - 0.99 ** 200 - 2 * 0.99 ** 199],
  ])("of %i with chance %f, more than %i fail with chance %f", (n, p, limit, chance) => {
    expect(binomialTail(n, p, limit)).toBeCloseTo(chance, 10);
  });

  it("goes over to the normal curve without a step", () => {
    const [exact, normal] = [49_990, 50_010].map((n) => binomialTail(n, 0.01, 520));
    expect(Math.abs((exact ?? 0) - (normal ?? 1))).toBeLessThan(0.005);
  });

  it("of two even trials, one happens in three of four cases", () => {
    expect([atLeastOnce(0.5, 2), atLeastOnce(0.5, 0), atLeastOnce(0, 9)]).toEqual([0.75, 0, 0]);
  });
});
