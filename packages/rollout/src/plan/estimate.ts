/**
 * What a plan costs and what it is worth, before it starts: how long it takes at the least, how soon a bad release is
 * stopped, and how often chance alone decides wrongly (decisions 14). Computed from the plan's `expected_per_hour`.
 */
import { type Arms, armsAt, fillBothMs, fillMs, observationsIn } from "./arms.ts";
import { atLeastOnce } from "./chance.ts";
import {
  type ArmSamples,
  allowed,
  chanceOfFailingEqual,
  chanceOfPassingTwice,
  NOISE_ASSUMPTIONS,
  type NoiseAssumptions,
} from "./noise.ts";
import type { Plan } from "./plan.ts";

export interface StageEstimate {
  /** Index into the stages; their number is the watch. */
  readonly stage: number;
  /** Share of keys with the release. */
  readonly weight_bp: number;
  /** Windows that are judged before it can be left. */
  readonly windows: number;
  readonly duration_ms: number;
  /** In each of its windows. */
  readonly candidate_samples: number;
  /** Of the baseline that it is compared with, be it of the same time or of an earlier stage. */
  readonly baseline_samples?: number;
  /** Chance of rolling back a release that is as good as its baseline, in any of the windows. */
  readonly rollback_equal_ppm: number;
  /** Chance that one window passes a release with twice the limit: the largest of its gates. Absent without such a gate. */
  readonly pass_twice_ppm?: number;
  /** From its begin until a release that fails always, and one with twice the error rate, is stopped. */
  readonly stop_failing_ms?: number;
  readonly stop_twice_ms?: number;
}

export interface Estimate {
  readonly assumptions: NoiseAssumptions;
  /** The stages, and the watch as the last one. */
  readonly stages: readonly StageEstimate[];
  /** The least time from the first key to COMMITTED; waits for people and for maintenance windows come on top. */
  readonly promote_ms: number;
  /** Chance that the rollout of a release that is as good as its baseline is rolled back. */
  readonly rollback_equal_ppm: number;
}

export function estimate(plan: Plan, assumptions: NoiseAssumptions = NOISE_ASSUMPTIONS): Estimate {
  const stages: StageEstimate[] = [];
  let baseline: number | undefined;
  let survival = 1;
  for (let stage = 0; stage <= plan.policy.stages.length; stage++) {
    const found = stageEstimate(plan, stage, baseline, assumptions);
    stages.push(found.estimate);
    baseline = found.estimate.baseline_samples;
    survival *= 1 - found.rollback_equal;
  }
  return {
    assumptions,
    stages,
    promote_ms: stages.reduce((sum, { duration_ms }) => sum + duration_ms, 0),
    rollback_equal_ppm: toPpm(1 - survival),
  };
}

/** @param earlier observations in the last frozen window of the baseline before this stage */
function stageEstimate(plan: Plan, stage: number, earlier: number | undefined, assumptions: NoiseAssumptions) {
  const arms = armsAt(plan, stage);
  const { windows, window_ms, duration_ms, min_samples } = timing(plan, stage, arms);
  const samples = armSamples(plan, arms, window_ms, min_samples, earlier);
  const { gates } = plan.policy;
  const fails = gates.map((gate) => chanceOfFailingEqual(gate, samples, assumptions));
  // Windows of the watch share a baseline, so they err together more often than apart: this is an upper bound.
  const rollback_equal = atLeastOnce(anyOf(fails), windows);
  const passes = gates.flatMap((gate) => chanceOfPassingTwice(gate, samples, assumptions) ?? []);
  const estimate: StageEstimate = {
    stage,
    weight_bp: arms.candidate_bp,
    windows,
    duration_ms,
    candidate_samples: samples.candidate,
    ...(samples.baseline === undefined ? {} : { baseline_samples: samples.baseline }),
    rollback_equal_ppm: toPpm(rollback_equal),
    ...(passes.length === 0 ? {} : { pass_twice_ppm: toPpm(Math.max(...passes)) }),
    ...stopTimes(plan, arms, min_samples),
  };
  return { estimate, rollback_equal };
}

function timing(plan: Plan, stage: number, arms: Arms) {
  const { stages, watch } = plan.policy;
  const current = stages[stage];
  const min_samples = current?.min_samples ?? watch.min_samples;
  const window_ms = Math.max(current?.min_dwell_ms ?? watch.judge_every_ms, fillBothMs(plan, min_samples, arms));
  if (current !== undefined) return { windows: 1, window_ms, duration_ms: window_ms, min_samples };
  const windows = Math.max(1, Math.floor(watch.duration_ms / window_ms));
  return { windows, window_ms, duration_ms: Math.max(watch.duration_ms, window_ms), min_samples };
}

function armSamples(
  plan: Plan,
  { candidate_bp, baseline_bp }: Arms,
  windowMs: number,
  minSamples: number,
  earlier: number | undefined,
): ArmSamples {
  const within = (share: number) => Math.max(minSamples, observationsIn(plan, windowMs, share));
  const baseline = baseline_bp === undefined ? earlier : within(baseline_bp);
  return { candidate: within(candidate_bp), ...(baseline === undefined ? {} : { baseline }) };
}

/** A window is frozen as soon as it has more failures than its least number of observations could absorb. */
function stopTimes(plan: Plan, { candidate_bp }: Arms, minSamples: number) {
  const limits = plan.policy.gates.flatMap((gate) => (gate.metric === "error_rate" ? [gate.max_ppm] : []));
  if (limits.length === 0) return {};
  const limit = Math.min(...limits);
  const failures = allowed(limit, minSamples) + 1;
  const stop_failing_ms = fillMs(plan, failures, candidate_bp);
  if (limit === 0 || limit * 2 > MILLION) return { stop_failing_ms };
  const observations = Math.ceil((failures * MILLION) / (2 * limit));
  return { stop_failing_ms, stop_twice_ms: fillMs(plan, observations, candidate_bp) };
}

const MILLION = 1_000_000;

function anyOf(chances: readonly number[]): number {
  return 1 - chances.reduce((none, chance) => none * (1 - chance), 1);
}

function toPpm(chance: number): number {
  return Math.round(chance * MILLION);
}
