/**
 * Which states of an exploration are one: those of which `keyOf` says the same. Seq, prev, hashes and absolute times are
 * left out, because no decision depends on them.
 *
 * Time passes on edges only, where a decision looks at it: a window is frozen at once, after its dwell or at its
 * deadline; a dwell is ended in it or after it; a watch is left before its end, after it, and when its last pass is
 * old. Every other command comes at the instant of the record before it. So what is left of time in a state is how much
 * of its watch is over, and whether what is frozen is late. Since when something holds is not in the key: only the
 * agenda reads it, and the explorer lets all of that time pass.
 */
import type { Digest } from "@tau-edge/encoding";
import type { VerdictResult } from "./gates/gate-report.ts";
import { type StreamState, watchStage } from "./state.ts";

/** @param frozenAs what the frozen window, where there is one, must be judged as */
export function keyOf({ run, lock, committed, at_unix_ms }: StreamState, frozenAs: VerdictResult | undefined): string {
  const releases = committed.map(({ target }) => target.release);
  const stable = [releases.at(-1), ...[...new Set(releases)].sort()];
  const cleared = lock === undefined ? "free" : (lock.cleared ?? "locked");
  if (run === undefined) return JSON.stringify([stable, cleared]);
  const of = [run.kind, run.target.release, run.breached];
  if (run.phase === "ended") {
    const { final_status, failure_code } = run.outcome ?? {};
    return JSON.stringify([stable, cleared, of, final_status, failure_code === "preflight_failed"]);
  }
  if (run.rollback !== undefined)
    return JSON.stringify([stable, cleared, of, run.rollback.failed_check, run.rollback.to]);
  // Which evidence is missing changes no decision; that a preflight failed does.
  const held = run.held?.code === "preflight_failed" ? "preflight" : run.held && "evidence";
  const watched_ms = Math.min(at_unix_ms - run.stage_entered_unix_ms, run.plan.policy.watch.duration_ms);
  const opened_ms = at_unix_ms - (run.window?.opened_unix_ms ?? at_unix_ms);
  const late = opened_ms >= run.plan.policy.max_window_ms;
  return JSON.stringify([
    stable,
    cleared,
    of,
    [run.phase, run.stage, run.weight_bp, run.stage === watchStage(run.plan) ? watched_ms : 0],
    run.phase === "exposed" ? opened_ms : late,
    [run.passed_since_unix_ms !== undefined, held, run.paused !== undefined, run.dwell_waived],
    [run.approvals, run.override_requested, run.overridden],
    [run.judgements.length > 0, run.baseline_snapshot !== undefined],
    frozenAs,
  ]);
}

export function evidenceKey(
  evidence: { readonly snapshot: Digest; readonly baseline_snapshot?: Digest } | undefined,
): string {
  return `${evidence?.snapshot} ${evidence?.baseline_snapshot}`;
}
