/** What came of many rollouts of one release. */
import type { Behaviour } from "@tau-edge/rollout";
import { type SeenChance, type SeenTime, seenChance, seenTime } from "./interval.ts";
import type { RolloutRun, StageRun } from "./run-rollout.ts";
import type { World } from "./world.ts";

export interface StageOutcome {
  /** Index into the stages; their number is the watch. */
  readonly stage: number;
  /** Share of keys with the release. */
  readonly weight_bp: number;
  readonly reached: number;
  /** Of those that reached it, those that ended in it without being committed. */
  readonly stopped: SeenChance;
  /** Of those that left it for the next one, or for COMMITTED. */
  readonly time?: SeenTime;
  /** Windows that were judged, at the most. */
  readonly windows_max: number;
  readonly budget: Budget;
}

/** What a stage costs, by those that reached it: observations of everybody, and how many of them failed. */
export interface Budget {
  /** On average, rounded. */
  readonly observed: number;
  readonly failed: number;
  /** Of `failed`, those of the release. */
  readonly failed_of_release: number;
  readonly failed_p95: number;
  /** `failed` over what the tightest limit would allow of `observed`; absent without a limit above 0. */
  readonly used_ppm?: number;
}

export interface Outcome {
  readonly error_ppm: number;
  readonly slower_ppm: number;
  readonly committed: SeenChance;
  readonly rolled_back: SeenChance;
  readonly aborted: SeenChance;
  /** Why they were rolled back or aborted, the most frequent first. */
  readonly codes: readonly { readonly code: string; readonly count: number }[];
  /** From the first key to COMMITTED. */
  readonly promoted?: SeenTime;
  /** From the first key to the rollback or the abort. */
  readonly stopped?: SeenTime;
  readonly stages: readonly StageOutcome[];
}

const MILLION = 1_000_000;

export function outcomeOf(world: World, runs: readonly RolloutRun[]): Outcome {
  const ended = (how: RolloutRun["ended"]) => runs.filter((run) => run.ended === how);
  const share = (how: RolloutRun["ended"]) => seenChance(ended(how).length, runs.length);
  const promoted = seenTime(ended("committed").map(({ duration_ms }) => duration_ms));
  const stopped = seenTime(runs.filter((run) => run.ended !== "committed").map(({ duration_ms }) => duration_ms));
  return {
    ...inPpm(world.release),
    committed: share("committed"),
    rolled_back: share("rolled_back"),
    aborted: share("aborted"),
    codes: codesOf(runs),
    ...(promoted === undefined ? {} : { promoted }),
    ...(stopped === undefined ? {} : { stopped }),
    stages: world.stages.map(({ stage, arms }) => stageOutcome(world, stage, arms.candidate_bp, runs)),
  };
}

/** Rounded, because a product of decimals is none. */
export function inPpm({ failing, slowness }: Behaviour): { readonly error_ppm: number; readonly slower_ppm: number } {
  return { error_ppm: rounded(failing * MILLION), slower_ppm: rounded((slowness - 1) * MILLION) };
}

function rounded(ppm: number): number {
  return Math.round(ppm * 1_000) / 1_000;
}

function codesOf(runs: readonly RolloutRun[]): Outcome["codes"] {
  const counts = new Map<string, number>();
  for (const { code } of runs) if (code !== undefined) counts.set(code, (counts.get(code) ?? 0) + 1);
  return [...counts]
    .map(([code, count]) => ({ code, count }))
    .sort((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1));
}

function stageOutcome(world: World, stage: number, weight_bp: number, runs: readonly RolloutRun[]): StageOutcome {
  const reached = runs.filter(({ stages }) => stages.length > stage);
  const left = reached.filter(({ stages, ended }) => stages.length > stage + 1 || ended === "committed");
  const here = (run: RolloutRun) => run.stages.slice(stage, stage + 1);
  const time = seenTime(left.flatMap(here).map(({ duration_ms }) => duration_ms));
  const seen = reached.flatMap(here);
  return {
    stage,
    weight_bp,
    reached: reached.length,
    stopped: seenChance(reached.length - left.length, reached.length),
    ...(time === undefined ? {} : { time }),
    windows_max: seen.reduce((most, { windows }) => Math.max(most, windows), 0),
    budget: budgetOf(world, seen),
  };
}

function budgetOf({ limits }: World, seen: readonly StageRun[]): Budget {
  const sum = (field: keyof StageRun) => seen.reduce((total, run) => total + run[field], 0);
  const average = (total: number) => (seen.length === 0 ? 0 : Math.round(total / seen.length));
  const [observed, failed] = [sum("everybody_observed"), sum("everybody_failed")];
  const sorted = Float64Array.from(seen.map((run) => run.everybody_failed)).sort();
  const allowed = (observed * (limits.errors_ppm ?? 0)) / MILLION;
  return {
    observed: average(observed),
    failed: average(failed),
    failed_of_release: average(sum("failed")),
    failed_p95: sorted[Math.ceil(0.95 * sorted.length) - 1] ?? 0,
    ...(allowed === 0 ? {} : { used_ppm: Math.round((failed / allowed) * MILLION) }),
  };
}
