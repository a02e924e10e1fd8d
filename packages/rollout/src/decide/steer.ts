/** What operators do to an open rollout that neither exposes nor withdraws: pause, resume, approve, promote. */
import { neededRoles } from "../preflight/preflight.ts";
import { activeRun, effectiveTime, fillsAnotherRole, isWatching, type Run, type StreamState } from "../state.ts";
import type { IterStep } from "../trace/trace-body.ts";
import type { Approve, Asked, Decided, Decision } from "./command.ts";
import { refuse } from "./refusals.ts";
import { TraceWriter } from "./trace-writer.ts";

export function pause(state: StreamState, reason: string, asked: Asked): Decision {
  const run = activeRun(state);
  if (run === undefined) return refuse("no_rollout");
  if (run.phase === "rolling_back") return refuse("rolling_back");
  if (run.paused !== undefined) return refuse("paused");
  return stepped(run, { action: "paused", reason }, asked);
}

/** Ends a pause, and lets a hold begin anew: somebody has looked. */
export function resume(state: StreamState, asked: Asked): Decision {
  const run = activeRun(state);
  if (run === undefined) return refuse("no_rollout");
  if (run.phase === "rolling_back") return refuse("rolling_back");
  if (run.paused === undefined && run.held === undefined) return refuse("not_paused");
  return stepped(run, { action: "resumed" }, asked);
}

export function approve(state: StreamState, { role, signs_off }: Approve, asked: Asked): Decision {
  const run = activeRun(state);
  if (run === undefined) return refuse("no_rollout");
  if (run.phase === "rolling_back") return refuse("rolling_back");
  if (!neededRoles(run.plan, run.environment).includes(role)) return refuse("role_not_needed");
  // Compared with what this rollout has, never with what somebody says that it has.
  if (signs_off.release !== run.target.release || signs_off.policy_bundle_hash !== run.policy_bundle_hash)
    return refuse("approval_differs");
  if (run.approvals.some((grant) => grant.role === role)) return refuse("role_filled");
  if (fillsAnotherRole(run, role, asked.actor)) return refuse("person_has_role");
  return stepped(run, { action: "approved", role }, asked);
}

/** Ends a pause or a dwell and nothing else (decisions 14). */
export function promote(state: StreamState, asked: Asked): Decision {
  const run = activeRun(state);
  if (run === undefined) return refuse("no_rollout");
  if (run.phase === "rolling_back") return refuse("rolling_back");
  if (run.paused !== undefined) return stepped(run, { action: "promoted", ended: "pause" }, asked);
  const { window } = run;
  const min_dwell_ms = run.plan.policy.stages[run.stage]?.min_dwell_ms;
  const dwelling =
    window !== undefined &&
    min_dwell_ms !== undefined &&
    effectiveTime(state, asked.now_unix_ms) - window.opened_unix_ms < min_dwell_ms;
  if (run.phase !== "exposed" || isWatching(run) || run.dwell_waived || !dwelling) return refuse("nothing_to_promote");
  return stepped(run, { action: "promoted", ended: "dwell" }, asked);
}

function stepped(run: Run, step: IterStep, asked: Asked): Decided {
  const { drafts } = new TraceWriter(run, run.t, asked.actor).iter(run.stage, step);
  return { outcome: "decided", objects: [], drafts, names: [] };
}
