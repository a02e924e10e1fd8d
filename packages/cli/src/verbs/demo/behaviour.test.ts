import { describe, expect, it } from "vitest";
import { BAD, drawCall, GOOD } from "./behaviour.ts";

const draw = (behaviour: typeof GOOD, agent: number) =>
  Array.from({ length: 20_000 }, (_, nth) => drawCall(behaviour, agent, nth));

describe("a drawn call", () => {
  it("is the same whenever it is drawn, and another for another agent", () => {
    expect(drawCall(GOOD, 3, 77)).toBe(drawCall(GOOD, 3, 77));
    expect(draw(GOOD, 1)).not.toEqual(draw(GOOD, 2));
  });

  it("fails as often as its release does", () => {
    const failed = (behaviour: typeof GOOD) => draw(behaviour, 1).filter((call) => call === "failed").length;
    expect(failed(GOOD) / 20_000).toBeCloseTo(0.001, 3);
    expect(failed(BAD) / 20_000).toBeCloseTo(0.02, 2);
  });

  it("takes a time with the median of its release and a long tail", () => {
    const times = draw(GOOD, 1)
      .filter((call) => call !== "failed")
      .sort((a, b) => a - b);
    const at = (share: number) => (times[Math.floor(share * times.length)] ?? 0) / GOOD.median_us;
    expect(at(0.5)).toBeCloseTo(1, 1);
    // exp(0.5 * 1.645)
    expect(at(0.95)).toBeCloseTo(2.28, 1);
    expect(at(0.05)).toBeCloseTo(0.44, 1);
  });
});
