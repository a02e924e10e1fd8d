import { describe, expect, it } from "vitest";
import { exponential, naturalLog, normalTail, power } from "./chance.ts";
import { normalQuantile } from "./normal.ts";

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

  it.each([0.5, 0.95, 0.999, 0.01, 1e-6, 1e-12])("where %f is below, the curve has as much below", (below) => {
    expect(Math.abs(normalTail(-normalQuantile(below, 1 - below)) / below - 1)).toBeLessThan(1e-3);
    expect(normalQuantile(1 - below, below)).toBeCloseTo(-normalQuantile(below, 1 - below), 9);
  });

  /** 0.975, 0.999 and 0.99999 of Abramowitz and Stegun, table 26.5. */
  it.each([
    [0.025, 1.959963984540054],
    [0.001, 3.090232306167813],
    [0.00001, 4.264890793922825],
  ])("%f is above its quantile", (above, z) => {
    expect(normalQuantile(1 - above, above)).toBeCloseTo(z, 12);
  });

  it("of two even trials, none happens in one of four cases", () => {
    expect([power(0.5, 2), power(0.5, 0), power(0, 9), power(3, 5)]).toEqual([0.25, 1, 0, 243]);
  });
});
