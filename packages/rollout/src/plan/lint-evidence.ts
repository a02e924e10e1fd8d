/** What is wrong with the evidence that a plan asks for: that it never comes, comes too late, or proves nothing. */

import { WATCH_WINDOWS_MAX } from "../limits.ts";
import { armsAt, fillBothMs } from "./arms.ts";
import { type Estimate, estimate } from "./estimate.ts";
import { type Finding, finding } from "./lint-rules.ts";
import { longestClosure } from "./maintenance.ts";
import type { NoiseAssumptions } from "./noise.ts";
import type { Plan } from "./plan.ts";

const MILLION = 1_000_000;

/** 5 % (decisions 14). */
export const NOISE_PPM_MAX = 50_000;

export function lintEvidence(plan: Plan): Finding[] {
  return [...baseline(plan), ...waits(plan), ...count(plan), ...hangs(plan), ...reach(plan), ...reporters(plan)];
}

/** The windows of a plan: its stages, and those of the watch. */
function windowsOf({ policy }: Plan) {
  const { stages, watch } = policy;
  const ofStages = stages.map(({ min_samples, min_dwell_ms }, index) => ({
    at: `$.policy.stages[${index}]`,
    length: "min_dwell_ms",
    length_ms: min_dwell_ms,
    min_samples,
  }));
  const { judge_every_ms, min_samples } = watch;
  return [...ofStages, { at: "$.policy.watch", length: "judge_every_ms", length_ms: judge_every_ms, min_samples }];
}

function baseline(plan: Plan): Finding[] {
  if (plan.baseline === "none" || armsAt(plan, 0).baseline_bp !== undefined) return [];
  const remedy = 'Begin with a smaller stage, or keep some keys back: `"holdback_bp": 100`.';
  const detail = "The first stage leaves no key to the baseline";
  return [finding("baseline_unobservable", "$.policy.stages[0].weight_bp", detail, remedy)];
}

function waits(plan: Plan): Finding[] {
  const { environments, policy } = plan;
  const { max_window_ms, max_hold_ms, maintenance_windows } = policy;
  const found = windowsOf(plan).flatMap(({ at, length, length_ms }) =>
    length_ms <= max_window_ms
      ? []
      : tooLong(
          `${at}.${length}`,
          length_ms,
          `max_window_ms, ${max_window_ms} ms`,
          "Shorten it, or raise `max_window_ms`.",
        ),
  );
  const closed_ms = environments.includes("prod") ? longestClosure(maintenance_windows) : 0;
  if (closed_ms > max_hold_ms)
    found.push(
      ...tooLong(
        "$.policy.maintenance_windows",
        closed_ms,
        `max_hold_ms, ${max_hold_ms} ms`,
        "Open more often, or raise `max_hold_ms`: a rollout that waits longer than that is aborted.",
      ),
    );
  return found;
}

/** Each window is an object that is judged again before every later one, and a line in every checkpoint. */
function count({ policy }: Plan): Finding[] {
  const { duration_ms, judge_every_ms } = policy.watch;
  if (duration_ms <= WATCH_WINDOWS_MAX * judge_every_ms) return [];
  const detail = `${duration_ms} ms hold more than ${WATCH_WINDOWS_MAX} windows of ${judge_every_ms} ms`;
  const remedy = `Raise \`judge_every_ms\` to ${Math.ceil(duration_ms / WATCH_WINDOWS_MAX)}.`;
  return [finding("too_many_windows", "$.policy.watch.judge_every_ms", detail, remedy)];
}

/** A start that is still open when its window is frozen is nobody's sample; half of the window at least must see its end. */
function hangs(plan: Plan): Finding[] {
  const { abandon_after_ms } = plan.policy;
  return windowsOf(plan).flatMap(({ at, length, length_ms }) => {
    if (length_ms >= 2 * abandon_after_ms) return [];
    const detail = `${length_ms} ms is less than twice abandon_after_ms, ${abandon_after_ms} ms`;
    const remedy = `Lower \`abandon_after_ms\`, or raise \`${length}\` to ${2 * abandon_after_ms}.`;
    return [finding("hangs_unseen", `${at}.${length}`, detail, remedy)];
  });
}

function tooLong(at: string, waitMs: number, limit: string, remedy: string): Finding[] {
  return [finding("unbounded_wait", at, `${waitMs} ms is longer than ${limit}`, remedy)];
}

function reach(plan: Plan): Finding[] {
  const { max_window_ms } = plan.policy;
  return windowsOf(plan).flatMap(({ at, min_samples }, stage) => {
    const fill_ms = fillBothMs(plan, min_samples, armsAt(plan, stage));
    if (fill_ms <= max_window_ms) return [];
    const detail = `${min_samples} observations of each arm take ${fill_ms} ms at ${plan.expected_per_hour} an hour in all; the deadline is ${max_window_ms} ms`;
    const remedy = "Give the smaller arm more weight, or raise `max_window_ms`.";
    return finding("samples_out_of_reach", `${at}.min_samples`, detail, remedy);
  });
}

/** Decisions 23: cap / min_samples < limit / 2, so that one reporter fills at most half of what a verdict may absorb. */
function reporters(plan: Plan): Finding[] {
  const { gates, reporter_observations_max: cap } = plan.policy;
  const limits = gates.flatMap((gate) => (gate.metric === "error_rate" ? [gate.max_ppm] : []));
  if (limits.length === 0) return [];
  const limit = Math.min(...limits);
  const samples = Math.min(...windowsOf(plan).map(({ min_samples }) => min_samples));
  if (2 * cap * MILLION < limit * samples) return [];
  const most = Math.ceil((limit * samples) / (2 * MILLION)) - 1;
  const remedy =
    most >= 1
      ? `Write \`"reporter_observations_max": ${most}\`, or raise \`min_samples\`.`
      : "Raise `min_samples` or `max_ppm`: now a single failure is more than half of what is allowed.";
  const detail = `${cap} of ${samples} observations may come from one reporter, and the limit is ${limit} ppm`;
  return [finding("reporter_cap_too_high", "$.policy.reporter_observations_max", detail, remedy)];
}

/** What chance alone does to a plan. */
export function lintNoise(plan: Plan, assumptions: NoiseAssumptions): Finding[] {
  const estimated = estimate(plan, assumptions);
  const found: Finding[] = [];
  if (estimated.rollback_equal_ppm > NOISE_PPM_MAX)
    found.push(
      finding(
        "equal_release_rolled_back",
        "$.policy",
        `${percent(estimated.rollback_equal_ppm)} of equal releases would be rolled back`,
        samplesRemedy(plan, assumptions, (after) => after.rollback_equal_ppm <= NOISE_PPM_MAX),
      ),
    );
  const worst = estimated.stages.find((stage) => (stage.pass_twice_ppm ?? 0) > NOISE_PPM_MAX);
  if (worst !== undefined)
    found.push(
      finding(
        "bad_release_passes",
        windowsOf(plan)[worst.stage]?.at ?? "$.policy",
        `${percent(worst.pass_twice_ppm ?? 0)} of releases with twice the limit would pass`,
        samplesRemedy(plan, assumptions, (after) =>
          after.stages.every((stage) => (stage.pass_twice_ppm ?? 0) <= NOISE_PPM_MAX),
        ),
      ),
    );
  return found;
}

/** With the default of 5,000: twenty million observations in a window. */
const SAMPLES_FACTOR_MAX = 4096;

/** How many more observations would do. */
function samplesRemedy(plan: Plan, assumptions: NoiseAssumptions, suffices: (after: Estimate) => boolean): string {
  for (let factor = 2; factor <= SAMPLES_FACTOR_MAX; factor *= 2)
    if (suffices(estimate(withSamples(plan, factor), assumptions)))
      return `Make every \`min_samples\` ${factor} times as large, or accept it: \`tau-edge rollout plan --accept-noise\`.`;
  return "Loosen the limits: no number of observations tells such releases apart.";
}

function withSamples(plan: Plan, factor: number): Plan {
  const { policy } = plan;
  const more = <T extends { readonly min_samples: number }>(counted: T): T => ({
    ...counted,
    min_samples: counted.min_samples * factor,
  });
  return { ...plan, policy: { ...policy, stages: policy.stages.map(more), watch: more(policy.watch) } };
}

function percent(ppm: number): string {
  return `${Math.round(ppm / 1_000) / 10} %`;
}
