import { equalRelease, limitsOf, NOISE_ASSUMPTIONS, type Plan } from "@tau-edge/rollout";
import { describe, expect, it } from "vitest";
import { planFor } from "../../rollout/src/rollout.test-helper.ts";
import { Chance } from "./chance.ts";
import { behaviourOf, expectedTraffic, type TrafficModel } from "./model.ts";
import { OneByOne, TARGET } from "./one-by-one.test-helper.ts";
import { type RolloutRun, runRollout } from "./run-rollout.ts";
import { worldOf } from "./world.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

/** Small enough to count each observation, and noisy enough that chance has something to decide. */
function smallPlan(policy: object = {}, changes: object = {}): Plan {
  return planFor({
    to: TARGET,
    baseline: "committed",
    changes: { expected_per_hour: 36_000, ...changes },
    policy: {
      stages: [
        { weight_bp: 2_500, min_samples: 40, min_dwell_ms: 20 * SECOND_MS },
        { weight_bp: 10_000, min_samples: 60, min_dwell_ms: 20 * SECOND_MS },
      ],
      gates: [
        { id: "errors", metric: "error_rate", max_ppm: 150_000 },
        { id: "p95", metric: "p95_latency_delta", max_ppm: 600_000 },
        { id: "replays", metric: "replay_determinism_failures", max: 0 },
      ],
      watch: { duration_ms: 50 * SECOND_MS, judge_every_ms: 20 * SECOND_MS, min_samples: 60 },
      max_silence_ms: MINUTE_MS,
      abandon_after_ms: 5 * SECOND_MS,
      ...policy,
    },
  });
}

const equalModel = (plan: Plan): TrafficModel => expectedTraffic(plan);

function quickly(plan: Plan, model: TrafficModel, runs: number): readonly RolloutRun[] {
  const world = worldOf(plan, model, behaviourOf(model));
  return Array.from({ length: runs }, (_, nth) => runRollout(new Chance(1, 0, nth), world));
}

const median = (times: readonly number[]) => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;

describe("a simulated rollout ends as one does whose observations come one by one through the decider", () => {
  /** Few with every test run: `SLOW_RUNS=1000 npx vitest run packages/simulation` takes some minutes. */
  const SLOW = Number(process.env["SLOW_RUNS"] ?? 50);
  const QUICK = 3_000;
  it.each<[string, Plan, (model: TrafficModel) => TrafficModel]>([
    ["an equal release", smallPlan(), (model) => model],
    ["one that fails as often as it may", smallPlan(), (model) => ({ ...model, error_ppm: 150_000 })],
    ["one that is slower", smallPlan(), (model) => ({ ...model, slower_ppm: 400_000 })],
    [
      "one beside keys that are held back",
      smallPlan({ holdback_bp: 3_000 }),
      (model) => ({ ...model, error_ppm: 100_000 }),
    ],
    [
      "one without a baseline, whose watch waits for a fresh window",
      {
        ...smallPlan({ max_silence_ms: 1, gates: [{ id: "e", metric: "error_rate", max_ppm: 100_000 }] }),
        baseline: "none",
      },
      (model) => model,
    ],
  ])("%s", (_name, plan, change) => {
    const still = plan.policy.max_silence_ms < SECOND_MS ? withoutSilence(plan) : plan;
    const model = change(equalModel(still));
    const slow = Array.from({ length: SLOW }, (_, nth) => new OneByOne(new Chance(9, 1, nth), still, model).run());
    const quick = quickly(still, model, QUICK);
    // Stage by stage, and as a whole: how many come through.
    for (let stage = 0; stage <= still.policy.stages.length; stage++) {
      const slowly = slow.filter((run) => run.ended === "rolled_back" && run.stage === stage).length / SLOW;
      const share = quick.filter((run) => run.ended !== "committed" && run.stages.length === stage + 1).length / QUICK;
      const deviation = Math.sqrt((share * (1 - share) + 1 / SLOW) * (1 / SLOW + 1 / QUICK));
      expect(Math.abs(slowly - share), `stage ${stage}: ${slowly} ${share}`).toBeLessThan(3.5 * deviation);
    }
    const times = (runs: readonly { readonly ended: string; readonly duration_ms: number }[]) =>
      median(runs.filter(({ ended }) => ended === "committed").map(({ duration_ms }) => duration_ms));
    if (slow.filter(({ ended }) => ended === "committed").length > 20)
      expect(Math.abs(times(slow) / times(quick) - 1)).toBeLessThan(0.06);
  });
});

/** Gaps of seconds are no silence here, and the watch is long enough to be judged several times. */
function withoutSilence(plan: Plan): Plan {
  return { ...plan, policy: { ...plan.policy, max_silence_ms: 10 * SECOND_MS } };
}

describe("a simulated rollout", () => {
  it("of a release that always fails is stopped by the failure that is one too many, in the first stage", () => {
    const plan = smallPlan();
    for (const run of quickly(plan, { ...equalModel(plan), error_ppm: 1_000_000 }, 50)) {
      expect(run).toMatchObject({ ended: "rolled_back", code: "error_rate_breached" });
      // 15 % of 40 may fail.
      expect(run.stages.map(({ observed, failed }) => [observed, failed])).toEqual([[7, 7]]);
    }
  });

  it("waits for the dwell where there is traffic, and takes exactly as long as is estimated where it comes evenly", () => {
    const plan = smallPlan({ gates: [] });
    const [run] = quickly(plan, { ...equalModel(plan), arrivals: "even" }, 1);
    expect(run).toMatchObject({ ended: "committed", duration_ms: (20 + 20 + 50) * SECOND_MS });
    expect(run?.stages.map(({ windows }) => windows)).toEqual([1, 1, 2]);
  });

  it.each([
    ["rollback", "rolled_back", "deadline_exceeded"],
    ["hold", "aborted", "too_few_samples"],
  ])("that misses its deadline is %s", (on_deadline, ended, code) => {
    const plan = smallPlan(
      { on_deadline, max_window_ms: 30 * SECOND_MS, max_hold_ms: 100 * SECOND_MS },
      { expected_per_hour: 3_600 },
    );
    const [run] = quickly(plan, { ...equalModel(plan), arrivals: "even" }, 1);
    expect(run).toMatchObject({ ended, code });
    expect(run?.duration_ms).toBe(on_deadline === "rollback" ? 30 * SECOND_MS : 130 * SECOND_MS + 1);
  });

  it("counts what everybody sees: of the baseline only while it is observed", () => {
    const plan = smallPlan({ gates: [] });
    const [run] = quickly(plan, { ...equalModel(plan), arrivals: "even", baseline_error_ppm: 1_000_000 }, 1);
    const [first, second] = run?.stages ?? [];
    expect(first).toMatchObject({ observed: 50, failed: 0, everybody_observed: 200, everybody_failed: 150 });
    expect(second).toMatchObject({ observed: 200, everybody_observed: 200, everybody_failed: 0 });
  });

  it("knows an equal release as the estimate does", () => {
    const plan = smallPlan();
    expect(behaviourOf(equalModel(plan))).toEqual(equalRelease(limitsOf(plan), NOISE_ASSUMPTIONS));
  });
});
