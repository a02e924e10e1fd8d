import { failingIsCertain } from "@tau-edge/rollout";
import { describe, expect, it } from "vitest";
import { chanceOfBreach } from "../../rollout/src/plan/breach.ts";
import { planWithPolicy } from "../../rollout/src/plan/plan.test-helper.ts";
import { Chance } from "./chance.ts";
import { drawFailures, type FailureRequest } from "./find-breach.ts";

const RUNS = 4_000;

function requestFor(failing: number, max_ppm: number, min_samples: number, samples: number): FailureRequest {
  const { policy } = planWithPolicy({
    stages: [{ weight_bp: 10_000, min_samples }],
    gates: [{ id: "e", metric: "error_rate", max_ppm }],
  });
  return { policy, stage: 0, min_samples, errors_ppm: max_ppm, samples, failing };
}

/** Each observation by itself. */
function oneByOne(chance: Chance, { policy, stage, samples, failing }: FailureRequest): number | undefined {
  let failed = 0;
  for (let total = 1; total <= samples; total++) {
    if (chance.uniform() < failing) failed += 1;
    if (failingIsCertain(policy, stage, { failed, total })) return total;
  }
  return undefined;
}

const CASES: readonly [number, number, number, number][] = [
  [0.0025, 5_000, 200, 200],
  [0.0025, 5_000, 500, 4_000],
  [0.01, 5_000, 400, 2_000],
  [0.15, 200_000, 60, 500],
  [0.4, 333_333, 3, 40],
  [0.5, 5_000, 1_000, 1_000],
  [0.0049, 5_000, 1_000, 5_000],
];

describe("failures that are drawn in blocks", () => {
  it.each(CASES)("with chance %f against %i ppm, from %i to %i, breach as often as is computed", (...of) => {
    const [chance, max_ppm, min_samples, samples] = of;
    const request = requestFor(...of);
    let breached = 0;
    for (let run = 0; run < RUNS; run++)
      if (drawFailures(new Chance(3, 0, run), request).breached_at !== undefined) breached += 1;
    const computed = chanceOfBreach({ chance, max_ppm, min_samples, samples });
    const deviation = Math.sqrt((computed * (1 - computed)) / RUNS);
    expect(Math.abs(breached / RUNS - computed)).toBeLessThan(3.5 * deviation + 1e-9);
  });

  it("breach with the same observation as ones that come one by one (Smirnov)", () => {
    const request = requestFor(0.01, 5_000, 400, 2_000);
    const places = (draw: (chance: Chance) => number | undefined, trial: number) =>
      Float64Array.from(
        { length: RUNS },
        (_, run) => draw(new Chance(1, trial, run)) ?? Number.POSITIVE_INFINITY,
      ).sort();
    const blocks = places((chance) => drawFailures(chance, request).breached_at, 0);
    const single = places((chance) => oneByOne(chance, request), 1);
    const below = (sorted: Float64Array, x: number) => sorted.filter((at) => at <= x).length / RUNS;
    for (let at = 1; at <= 2_000; at += 37)
      expect(Math.abs(below(blocks, at) - below(single, at))).toBeLessThan(1.95 * Math.sqrt(2 / RUNS));
  });

  it("end with the failure that is one too many", () => {
    const request = requestFor(0.5, 5_000, 1_000, 100_000);
    for (let run = 0; run < 200; run++) {
      const { failed, breached_at = 0 } = drawFailures(new Chance(1, 0, run), request);
      expect(failed).toBe(6);
      expect(breached_at).toBeGreaterThanOrEqual(6);
    }
  });

  it("draw nine billion observations in a moment", () => {
    const request = requestFor(0.0025, 5_000, 9_000_000_000, 9_000_000_000);
    const { failed, breached_at } = drawFailures(new Chance(1, 0, 0), request);
    expect(breached_at).toBeUndefined();
    expect(Math.abs(failed / 22_500_000 - 1)).toBeLessThan(0.01);
    const bad = drawFailures(new Chance(1, 0, 0), { ...request, failing: 0.01 });
    expect(bad.failed).toBe(45_000_001);
    expect(Math.abs((bad.breached_at ?? 0) / 4_500_000_000 - 1)).toBeLessThan(0.01);
  });
});
