import { describe, expect, it } from "vitest";
import { limitOf, relativeDelta, withinLimit } from "./within-limit.ts";

/** The next binary64 above a positive one. */
function nextUp(value: number): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  view.setBigUint64(0, view.getBigUint64(0) + 1n);
  return view.getFloat64(0);
}

describe("the comparison with a limit", () => {
  it.each([0.1, 0.005, 1e-6, 1, 1_000])("passes up to %f and the tolerance, and not one binary64 further", (limit) => {
    const edge = limit + 1e-10;
    expect(withinLimit(limit, limit)).toBe(true);
    expect(withinLimit(nextUp(limit), limit)).toBe(true);
    expect(withinLimit(edge, limit)).toBe(true);
    expect(withinLimit(nextUp(edge), limit)).toBe(false);
  });

  it("passes 10 % more than a baseline against 100,000 ppm, whatever the rounding of the quotient", () => {
    for (let baseline = 10; baseline <= 100_000; baseline += 10) {
      const tenth = baseline / 10;
      expect(withinLimit(relativeDelta(baseline + tenth, baseline), limitOf(100_000))).toBe(true);
      expect(withinLimit(relativeDelta(baseline + tenth + 1, baseline), limitOf(100_000))).toBe(false);
    }
  });

  it("passes no NaN and no infinity upwards", () => {
    expect(withinLimit(Number.NaN, 1)).toBe(false);
    expect(withinLimit(Number.POSITIVE_INFINITY, 1)).toBe(false);
    expect(withinLimit(0, Number.NaN)).toBe(false);
  });

  it("divides by no zero", () => {
    expect(relativeDelta(0, 0)).toBe(0);
    expect(relativeDelta(1, 0)).toBe(1e12);
  });
});
