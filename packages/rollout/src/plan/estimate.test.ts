import { describe, expect, it } from "vitest";
import { estimate } from "./estimate.ts";
import { planWith } from "./plan.test-helper.ts";

const MINUTE_MS = 60_000;

describe("how long a plan takes at the least", () => {
  it("waits for the dwell where there is traffic: five stages and the watch", () => {
    expect(estimate(planWith()).promote_ms).toBe((5 * 5 + 60) * MINUTE_MS);
  });

  it("waits for the slower arm where there is little, before and after the half", () => {
    const stages = [{ weight_bp: 2_500 }, { weight_bp: 9_000 }, { weight_bp: 10_000 }];
    const found = estimate(planWith({ expected_per_hour: 60_000, policy: { stages } }));
    expect(found.stages.map(({ duration_ms }) => duration_ms / MINUTE_MS)).toEqual([20, 50, 5, 60]);
  });

  it("stays in the watch until one window is judged, however short it is", () => {
    const policy = { stages: [{ weight_bp: 10_000 }], watch: { duration_ms: 0, judge_every_ms: 7 * MINUTE_MS } };
    const watch = estimate(planWith({ baseline: "none", policy })).stages.at(-1);
    expect([watch?.windows, watch?.duration_ms]).toEqual([1, 7 * MINUTE_MS]);
  });
});

describe("how soon a bad release is stopped", () => {
  it("is when it has one failure more than its window can absorb", () => {
    const [first] = estimate(planWith({ expected_per_hour: 3_600_000 })).stages;
    // 0.5 % of 5,000 are 25 failures; 1 % of 1,000 observations a second are 10.
    expect(first?.stop_failing_ms).toBe(2_600);
    expect(first?.stop_twice_ms).toBe(260_000);
  });

  it("is not known without a gate on failures, nor twice of a limit that is nothing or nearly all", () => {
    const stops = (gates: object[]) => {
      const [first] = estimate(planWith({ policy: { gates } })).stages;
      return [first?.stop_failing_ms === undefined, first?.stop_twice_ms === undefined];
    };
    expect(stops([])).toEqual([true, true]);
    expect(stops([{ id: "e", metric: "error_rate", max_ppm: 0 }])).toEqual([false, true]);
    expect(stops([{ id: "e", metric: "error_rate", max_ppm: 600_000 }])).toEqual([false, true]);
  });
});

describe("what is compared with what", () => {
  it("both arms of one time, then the last frozen window of the baseline", () => {
    const found = estimate(planWith({ expected_per_hour: 600_000 }));
    expect(found.stages.map((stage) => [stage.candidate_samples, stage.baseline_samples])).toEqual([
      [5_000, 495_000],
      [5_000, 95_000],
      [12_500, 37_500],
      [25_000, 25_000],
      [50_000, 25_000],
      [50_000, 25_000],
    ]);
  });

  it("at 100 %, and wherever a stage would take them, the keys that are held back", () => {
    const weights = [{ weight_bp: 9_500 }, { weight_bp: 10_000 }];
    const { stages } = estimate(planWith({ policy: { stages: weights, holdback_bp: 1_000 } }));
    expect(stages.map(({ weight_bp }) => weight_bp)).toEqual([9_000, 9_000, 9_000]);
    expect(stages.at(-1)).toMatchObject({ weight_bp: 9_000, candidate_samples: 450_000, baseline_samples: 50_000 });
  });

  it("nothing where the plan has no baseline", () => {
    const { stages } = estimate(planWith({ baseline: "none" }));
    expect(stages.every((stage) => stage.baseline_samples === undefined)).toBe(true);
  });
});

describe("how often chance decides", () => {
  it("is little with the defaults and six million observations an hour", () => {
    const found = estimate(planWith());
    expect(found.rollback_equal_ppm).toBeLessThan(20_000);
    expect(Math.max(...found.stages.map((stage) => stage.pass_twice_ppm ?? 0))).toBeLessThan(10_000);
  });

  it("counts every window of the watch", () => {
    const watching = (minutes: number) =>
      estimate(
        planWith({
          expected_per_hour: 60_000,
          policy: { watch: { duration_ms: minutes * MINUTE_MS, min_samples: 5_000 } },
        }),
      ).stages.at(-1);
    const [one, twelve] = [watching(5), watching(60)];
    expect([one?.windows, twelve?.windows]).toEqual([1, 12]);
    const single = (one?.rollback_equal_ppm ?? 0) / 1e6;
    expect((twelve?.rollback_equal_ppm ?? 0) / 1e6).toBeCloseTo(1 - (1 - single) ** 12, 5);
  });
});
