/**
 * What is to be done now? Pure: whoever runs rollouts asks it again and again, and does what it says. Nothing depends on
 * how often, because `decide` checks everything once more.
 */
import { failingIsCertain } from "./gates/certainty.ts";
import { demandOf } from "./gates/demand.ts";
import type { WindowProgress } from "./metrics/window.ts";
import { nextOpening } from "./plan/maintenance.ts";
import { neededRoles } from "./preflight/preflight.ts";
import {
  activeRun,
  effectiveTime,
  hasConcurrentBaseline,
  hasFreshPass,
  isWatching,
  type Run,
  type StreamState,
} from "./state.ts";

/** What is counted in the open window of each arm. */
export type Evidence =
  | { readonly source: "counted"; readonly candidate: WindowProgress; readonly baseline?: WindowProgress }
  /** They do not add up below 2^53. */
  | { readonly source: "overflowed" }
  /** Since when nobody could read the counters. */
  | { readonly source: "unreachable"; readonly since_unix_ms: number };

export type FreezeReason = "complete" | "failing" | "deadline" | "stale" | "unreachable";
export type WaitReason = "paused" | "approvals" | "maintenance" | "evidence" | "watch";

export type Step =
  | { readonly do: "nothing" }
  | { readonly do: "wait"; readonly reason: WaitReason; readonly until_unix_ms?: number }
  | { readonly do: "freeze"; readonly why: FreezeReason }
  | { readonly do: "judge" }
  | { readonly do: "advance" }
  | { readonly do: "verify_rollback" }
  | { readonly do: "abort"; readonly code: "hold_outlasted" };

/** @param evidence of the open window; absent where none is open */
export function agenda(state: StreamState, evidence: Evidence | undefined, now_unix_ms: number): Step {
  const run = activeRun(state);
  if (run === undefined) return { do: "nothing" };
  const now = effectiveTime(state, now_unix_ms);
  if (run.phase === "frozen") return { do: "judge" };
  const why = run.phase === "exposed" ? freezeReason(run, evidence, now) : undefined;
  // A breach is a reason to roll back, and that says more than that somebody waited too long.
  if (why === "failing") return { do: "freeze", why };
  if (hasWaitedTooLong(run, now)) return { do: "abort", code: "hold_outlasted" };
  if (run.phase === "rolling_back") return { do: "verify_rollback" };
  // What the open window has to say is heard before anybody goes on with what an earlier one said.
  if (why !== undefined) return { do: "freeze", why };
  return waitOf(run, now) ?? { do: "advance" };
}

/** Why the open window is to be frozen now; undefined while it may go on. */
export function freezeReason(run: Run, evidence: Evidence | undefined, now: number): FreezeReason | undefined {
  const { window } = run;
  if (window === undefined || evidence === undefined) return undefined;
  const { max_silence_ms, max_window_ms } = run.plan.policy;
  const open_ms = now - window.opened_unix_ms;
  if (evidence.source === "unreachable") {
    const silent_ms = now - Math.max(evidence.since_unix_ms, window.opened_unix_ms);
    // Whoever asks may just have begun to count; the window has not.
    return silent_ms > max_silence_ms || open_ms >= max_window_ms + max_silence_ms ? "unreachable" : undefined;
  }
  // More observations do not make them add up, and the verdict on such counters is a failure.
  if (evidence.source === "overflowed") return "failing";
  const { candidate, baseline } = evidence;
  if (failingIsCertain(run.plan.policy, run.stage, candidate)) return "failing";
  const arms = hasConcurrentBaseline(run) ? [candidate, baseline] : [candidate];
  const { min_samples, min_dwell_ms } = demandOf(run.plan.policy, run.stage);
  if (arms.every((arm) => (arm?.total ?? 0) >= min_samples) && (open_ms >= min_dwell_ms || run.dwell_waived))
    return "complete";
  if (open_ms >= max_window_ms) return "deadline";
  const silent = arms.some((arm) => arm?.last_unix_ms !== undefined && now - arm.last_unix_ms > max_silence_ms);
  return silent ? "stale" : undefined;
}

/** Why it cannot go on by itself; undefined when it can. */
function waitOf(run: Run, now: number): Extract<Step, { do: "wait" }> | undefined {
  if (run.paused !== undefined) return { do: "wait", reason: "paused" };
  if (run.phase === "exposed" && run.passed_since_unix_ms === undefined) return { do: "wait", reason: "evidence" };
  if (isWatching(run)) {
    const until_unix_ms = run.stage_entered_unix_ms + run.plan.policy.watch.duration_ms;
    if (now < until_unix_ms) return { do: "wait", reason: "watch", until_unix_ms };
    return hasFreshPass(run, now) ? undefined : { do: "wait", reason: "evidence" };
  }
  const missing = neededRoles(run.plan, run.environment).some(
    (role) => !run.approvals.some((grant) => grant.role === role),
  );
  if (missing) return { do: "wait", reason: "approvals" };
  if (run.environment !== "prod") return undefined;
  const opening = nextOpening(run.plan.policy.maintenance_windows, now);
  return opening === "open" ? undefined : { do: "wait", reason: "maintenance", until_unix_ms: opening };
}

/** Every wait ends: by what it waits for, or by this. */
function hasWaitedTooLong(run: Run, now: number): boolean {
  const since = waitingSince(run);
  return since !== undefined && now - since > run.plan.policy.max_hold_ms;
}

/** The earliest of what keeps it from going on. */
function waitingSince(run: Run): number | undefined {
  if (run.phase === "rolling_back") return run.rollback?.at_unix_ms;
  const since = [
    run.held?.since_unix_ms,
    run.paused?.since_unix_ms,
    run.phase === "ready" ? run.stage_entered_unix_ms : undefined,
    isWatching(run) ? undefined : run.passed_since_unix_ms,
  ].filter((time) => time !== undefined);
  return since.length === 0 ? undefined : Math.min(...since);
}
