/**
 * What a plan costs and what it is worth, before it starts: how long it takes at the least, how soon a bad release is
 * stopped, and how often chance alone decides wrongly (decisions 14). Computed from the plan's `expected_per_hour`, with
 * observations that come evenly.
 */
import { type Arms, armsAt, fillMs, observationsIn } from "./arms.ts";
import { allowed, chanceOfBreach } from "./breach.ts";
import {
  type Behaviour,
  equalRelease,
  type Limits,
  limitsOf,
  NOISE_ASSUMPTIONS,
  type NoiseAssumptions,
  twiceAsBad,
} from "./noise.ts";
import type { Plan } from "./plan.ts";
import { type Comparison, chancesOfKeepingUp, type Sample } from "./slowness.ts";
import { type Timing, timingOf } from "./timing.ts";

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
  /** Chance of rolling back a release that is as good as its baseline, once it got here. */
  readonly rollback_equal_ppm: number;
  /**
   * Chance that one window passes a release that is twice as bad as one limit allows and otherwise as good as its
   * baseline: the largest of the limits. Absent without such a limit.
   */
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

/** A stage as it is expected, with what its windows hold. */
interface Expected extends Timing {
  readonly stage: number;
  readonly arms: Arms;
  readonly candidate: number;
  readonly baseline?: number;
  /** It has more than its window needed: the traffic decides how many. */
  readonly baselineVaries: boolean;
  /** Observations in the window that nobody judges any more. */
  readonly unjudged: number;
}

export function estimate(plan: Plan, assumptions: NoiseAssumptions = NOISE_ASSUMPTIONS): Estimate {
  const expected = expectedStages(plan);
  const limits = limitsOf(plan);
  const kept = chancesOfComing(expected, limits, assumptions);
  const stages = expected.map((at, index): StageEstimate => {
    const { stage, arms, windows, duration_ms, candidate, baseline } = at;
    // Nothing is slower than what nobody knows.
    const passes = twiceAsBad(limits, assumptions)
      .filter(({ slowness }) => slowness === 1 || baseline !== undefined)
      .map((release) => chanceOfPassing(at, release, limits, assumptions));
    return {
      stage,
      weight_bp: arms.candidate_bp,
      windows,
      duration_ms,
      candidate_samples: candidate,
      ...(baseline === undefined ? {} : { baseline_samples: baseline }),
      rollback_equal_ppm: toPpm(1 - (kept[index] ?? 0) / (kept[index - 1] ?? 1)),
      ...(passes.length === 0 ? {} : { pass_twice_ppm: toPpm(Math.max(...passes)) }),
      ...stopTimes(plan, at, limits),
    };
  });
  return {
    assumptions,
    stages,
    promote_ms: stages.reduce((sum, { duration_ms }) => sum + duration_ms, 0),
    rollback_equal_ppm: toPpm(1 - (kept.at(-1) ?? 1)),
  };
}

function expectedStages(plan: Plan): readonly Expected[] {
  const found: Expected[] = [];
  for (let stage = 0; stage <= plan.policy.stages.length; stage++) {
    const arms = armsAt(plan, stage);
    const timing = timingOf(plan, stage, arms);
    const within = (share: number) => Math.max(timing.min_samples, observationsIn(plan, timing.window_ms, share));
    const before = found.at(-1);
    const baseline = arms.baseline_bp === undefined ? before?.baseline : within(arms.baseline_bp);
    const isConcurrent = arms.baseline_bp !== undefined;
    found.push({
      ...timing,
      stage,
      arms,
      candidate: within(arms.candidate_bp),
      ...(baseline === undefined ? {} : { baseline }),
      baselineVaries: isConcurrent ? (baseline ?? 0) > timing.min_samples : (before?.baselineVaries ?? false),
      unjudged: observationsIn(plan, timing.unjudged_ms, arms.candidate_bp),
    });
  }
  return found;
}

/** For each stage, the chance that a release that is as good as its baseline comes through it. */
function chancesOfComing(stages: readonly Expected[], limits: Limits, assumed: NoiseAssumptions): readonly number[] {
  const equal = equalRelease(limits, assumed);
  const keptUp = chancesOfKeepingUpBy(stages, limits, assumed);
  let failing = 1;
  return stages.map((at, index) => {
    const { windows, unjudged } = at;
    const unbreached = 1 - breach(at, at.candidate, equal, limits);
    for (let window = 0; window < windows; window++) failing *= unbreached;
    failing *= 1 - breach(at, unjudged, equal, limits);
    return failing * (keptUp[index] ?? 1);
  });
}

/** For each stage, the chance that no window up to its last one makes an equal release look too slow. */
function chancesOfKeepingUpBy(stages: readonly Expected[], limits: Limits, assumed: NoiseAssumptions) {
  const equal = equalRelease(limits, assumed);
  let before = 1;
  let compared: Comparison[] = [];
  let now = 1;
  return stages.map((at) => {
    const comparison = comparisonOf(at, equal, limits);
    const { windows } = at;
    const baseline = baselineOf(at, equal);
    const sigma = assumed.latency_sigma_ppm / MILLION;
    if (comparison === undefined || baseline === undefined || sigma === 0) return now;
    const isConcurrent = at.arms.baseline_bp !== undefined;
    if (isConcurrent) {
      // Each window has a baseline of its own time; what comes later may be compared with that of the last one.
      const alone = chancesOfKeepingUp([comparison], baseline, sigma)[0] ?? 0;
      before = now;
      for (let window = 1; window < windows; window++) before *= alone;
      compared = [comparison];
    } else for (let window = 0; window < windows; window++) compared.push(comparison);
    now = before * (chancesOfKeepingUp(compared, baseline, sigma).at(-1) ?? 0);
    return now;
  });
}

function comparisonOf(at: Expected, release: Behaviour, limits: Limits): Comparison | undefined {
  const { errors_ppm, slower_ppm } = limits;
  if (slower_ppm === undefined) return undefined;
  const absorbed = errors_ppm === undefined ? {} : { failures_max: allowed(errors_ppm, at.candidate) };
  const varies = at.candidate > at.min_samples;
  const sample = { observed: at.candidate, failing: release.failing, varies, ...absorbed };
  return { sample, margin: (1 + slower_ppm / MILLION) / release.slowness };
}

/** Of the baseline, which behaves as an equal release does. */
function baselineOf({ baseline, baselineVaries }: Expected, { failing }: Behaviour): Sample | undefined {
  return baseline === undefined ? undefined : { observed: baseline, failing, varies: baselineVaries };
}

/** Chance that one window of a stage passes such a release, whatever came before. */
function chanceOfPassing(at: Expected, release: Behaviour, limits: Limits, assumed: NoiseAssumptions): number {
  const unbreached = 1 - breach(at, at.candidate, release, limits);
  const comparison = comparisonOf(at, release, limits);
  const baseline = baselineOf(at, equalRelease(limits, assumed));
  if (comparison === undefined || baseline === undefined) return unbreached;
  const sigma = assumed.latency_sigma_ppm / MILLION;
  if (sigma === 0) return comparison.margin >= 1 ? unbreached : 0;
  return unbreached * (chancesOfKeepingUp([comparison], baseline, sigma)[0] ?? 0);
}

function breach(at: Expected, samples: number, { failing }: Behaviour, { errors_ppm }: Limits): number {
  if (errors_ppm === undefined) return 0;
  return chanceOfBreach({ chance: failing, max_ppm: errors_ppm, min_samples: at.min_samples, samples });
}

/** A window is frozen as soon as it has more failures than its least number of observations could absorb. */
function stopTimes(plan: Plan, { arms, min_samples }: Expected, { errors_ppm }: Limits) {
  if (errors_ppm === undefined) return {};
  const failures = allowed(errors_ppm, min_samples) + 1;
  const stop_failing_ms = fillMs(plan, failures, arms.candidate_bp);
  if (errors_ppm === 0 || errors_ppm * 2 > MILLION) return { stop_failing_ms };
  const observations = Math.ceil((failures * MILLION) / (2 * errors_ppm));
  return { stop_failing_ms, stop_twice_ms: fillMs(plan, observations, arms.candidate_bp) };
}

const MILLION = 1_000_000;

function toPpm(chance: number): number {
  return Math.round(chance * MILLION);
}
