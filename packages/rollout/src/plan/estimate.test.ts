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

describe("how long the watch takes where its windows fill slowly", () => {
  const watch = (expected_per_hour: number) =>
    estimate(planWith({ baseline: "none", expected_per_hour, policy: { stages: [{ weight_bp: 10_000 }] } })).stages.at(
      -1,
    );

  it("is its duration where a window that passed is fresh at its end: judge_every_ms and max_silence_ms", () => {
    // 20,000 observations in 24 minutes: the second window ends 12 minutes before the watch does.
    expect(watch(50_000)).toMatchObject({ windows: 2, duration_ms: 60 * MINUTE_MS });
  });

  it("goes on to the end of the window that is open where nothing fresh has passed", () => {
    // In 40 minutes: the first one would be 20 minutes old.
    expect(watch(30_000)).toMatchObject({ windows: 2, duration_ms: 80 * MINUTE_MS });
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

  it("counts every window of the watch, together where they share a baseline", () => {
    const watching = (minutes: number, holdback_bp: number) =>
      estimate(
        planWith({
          expected_per_hour: 60_000,
          policy: {
            holdback_bp,
            gates: [{ id: "p", metric: "p95_latency_delta", max_ppm: 100_000 }],
            watch: { duration_ms: minutes * MINUTE_MS, min_samples: 1_000 },
          },
        }),
      ).stages.at(-1);
    const chance = (minutes: number, holdback_bp: number) =>
      (watching(minutes, holdback_bp)?.rollback_equal_ppm ?? 0) / 1e6;
    const apart = (chance: number, windows: number) => 1 - (1 - chance) ** windows;
    expect([watching(5, 0)?.windows, watching(60, 0)?.windows]).toEqual([1, 12]);
    expect(chance(60, 0)).toBeGreaterThan(2 * chance(5, 0));
    expect(chance(60, 0)).toBeLessThan(0.9 * apart(chance(5, 0), 12));
    // Keys that are held back are a baseline of each window's own time.
    expect(watching(60, 5_000)?.windows).toBe(12);
    expect(chance(60, 5_000)).toBeCloseTo(apart(chance(5, 5_000), 12), 5);
  });

  it("looks at a window all the time that it is open, and not at its end alone", () => {
    const gates = [{ id: "e", metric: "error_rate", max_ppm: 5_000 }];
    const stages = [{ weight_bp: 10_000, min_samples: 1_000 }];
    const found = estimate(planWith({ baseline: "none", policy: { gates, stages } }));
    // 1,000 observations, where one in 20 releases is stopped, come in 600 ms of its five minutes.
    expect(found.stages[0]).toMatchObject({ candidate_samples: 500_000 });
    expect(found.stages[0]?.rollback_equal_ppm).toBeGreaterThan(40_000);
  });
});
