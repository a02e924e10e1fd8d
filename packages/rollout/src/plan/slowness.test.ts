import { SeededChance } from "@tau-edge/adapter-memory";
import { describe, expect, it } from "vitest";
import { nearestRank95 } from "../metrics/histogram.ts";
import { chancesOfKeepingUp, type Sample } from "./slowness.ts";

const TENTH = 1.1;
/** That never fails. */
const of = (observed: number) => ({ observed, failing: 0 });

/** Samples of normal numbers, sorted, and the one at the nearest rank: nothing is known about its distribution. */
class Samples {
  readonly #chance = new SeededChance(20_260_301);
  readonly #uniform = () => (this.#chance.uint32() + 0.5) / 2 ** 32;

  p95(size: number): number {
    const scores = new Float64Array(size);
    for (let at = 0; at < size; at++)
      scores[at] = Math.sqrt(-2 * Math.log(this.#uniform())) * Math.cos(2 * Math.PI * this.#uniform());
    return scores.sort()[nearestRank95(size) - 1] ?? 0;
  }
}

/** Three and a third standard deviations: a right model fails this in one of 1,000 seeds. */
const margin = (p: number, trials: number) => 3.3 * Math.sqrt((p * (1 - p)) / trials);

describe("the chance that an equal release does not look slower", () => {
  it.each([
    [200, 200, 1_500],
    [100, 1_000, 500],
    [37, 150, 2_000],
  ])("with %i observations beside %i of the baseline is that of sorted samples", (samples, baseline, trials) => {
    const drawn = new Samples();
    let kept = 0;
    for (let trial = 0; trial < trials; trial++)
      if (Math.exp(drawn.p95(samples) - drawn.p95(baseline)) <= TENTH) kept += 1;
    const [computed = 0] = chancesOfKeepingUp([{ sample: of(samples), margin: TENTH }], of(baseline), 1);
    expect(Math.abs(kept / trials - computed)).toBeLessThan(margin(computed, trials));
  });

  it("in several windows that share a baseline is that of sorted samples, and more than if each had its own", () => {
    const drawn = new Samples();
    const trials = 1_000;
    let kept = 0;
    for (let trial = 0; trial < trials; trial++) {
      const baseline = drawn.p95(200);
      if ([200, 200, 200].every((size) => Math.exp(drawn.p95(size) - baseline) <= TENTH)) kept += 1;
    }
    const windows = [1, 2, 3].map(() => ({ sample: of(200), margin: TENTH }));
    const [one = 0, , three = 0] = chancesOfKeepingUp(windows, of(200), 1);
    expect(Math.abs(kept / trials - three)).toBeLessThan(margin(three, trials));
    expect(three).toBeGreaterThan(one ** 3 + 0.1);
  });

  it("reads a sample with a failure in it higher than one without, as nearest rank does", () => {
    const first = (sample: Sample) => chancesOfKeepingUp([{ sample, margin: TENTH }], of(2_000), 1)[0] ?? 0;
    expect(first(of(200))).toBeGreaterThan(first(of(199)) + 0.02);
    // 0.9975^200 of samples have no failure.
    const none = 0.9975 ** 200;
    const mixed = first({ observed: 200, failing: 0.0025 });
    expect(mixed).toBeCloseTo(none * first(of(200)) + (1 - none) * first(of(199)), 2);
    expect(first({ observed: 200, failing: 0.0025, failures_max: 0 })).toBe(first(of(200)));
  });

  it("of a number that varies is that of its neighbours, on average", () => {
    const first = (sample: Sample) => chancesOfKeepingUp([{ sample, margin: TENTH }], of(2_000), 1)[0] ?? 0;
    const near = Array.from({ length: 20 }, (_, nth) => first(of(591 + nth)));
    const average = near.reduce((sum, chance) => sum + chance, 0) / near.length;
    expect(first({ ...of(600), varies: true })).toBeCloseTo(average, 3);
  });

  it("grows with the observations, and with a shorter tail", () => {
    const both = (size: number, sigma: number) =>
      chancesOfKeepingUp([{ sample: of(size), margin: TENTH }], of(size), sigma)[0] ?? 0;
    expect(both(5_000, 1)).toBeGreaterThan(both(1_000, 1));
    expect(both(1_000, 0.5)).toBeGreaterThan(both(1_000, 1));
    expect(both(1_000, 0.01)).toBe(1);
    expect(chancesOfKeepingUp([{ sample: of(100_000), margin: 0.5 }], of(100_000), 1)[0]).toBeLessThan(1e-9);
  });

  it("goes over to the normal curve without a step", () => {
    const many = (size: number) => chancesOfKeepingUp([{ sample: of(size), margin: 1.002 }], of(1_000), 0.05)[0] ?? 0;
    expect(Math.abs(many(200_000) - many(200_001))).toBeLessThan(1e-4);
  });
});
