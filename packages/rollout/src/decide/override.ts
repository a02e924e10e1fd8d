/**
 * Skips the stages that are left (decisions 14). It takes the release owner and the on-call, and never gets past a
 * preflight, the order of environments or a breached window. The watch after it is not skipped.
 */
import { failingIsCertain } from "../gates/certainty.ts";
import type { Role } from "../plan/plan.ts";
import { activeRun, fillsAnotherRole, isWatching, type Run, type StreamState, watchStage } from "../state.ts";
import type { Asked, Decision, Override, Refused } from "./command.ts";
import { outsideMaintenance } from "./outside-maintenance.ts";
import { runPreflight } from "./preflighted.ts";
import { refuse } from "./refusals.ts";
import { TraceWriter } from "./trace-writer.ts";

const ROLES: readonly Role[] = ["release_owner", "on_call"];

export function override(state: StreamState, command: Override, asked: Asked): Decision {
  const run = activeRun(state);
  if (run === undefined) return refuse("no_rollout");
  const refusal = refuseOverride(run, command);
  if (refusal !== undefined) return refusal;
  if (fillsAnotherRole(run, command.role, asked.actor)) return refuse("person_has_role");
  const closed = outsideMaintenance(state, run.plan, asked);
  if (closed !== undefined) return closed;
  const preflighted = runPreflight(state, run, watchStage(run.plan), command.facts, asked);
  if (preflighted.failures.length > 0)
    return refuse("preflight_failed", { detail: preflighted.failures.join(" "), preflight: preflighted.report });
  const { role, reason } = command;
  const { object, report } = preflighted;
  const writer = new TraceWriter(run, run.t, asked.actor);
  const first = run.override_requested;
  if (first === undefined || first.role === role) {
    if (first !== undefined) return refuse("role_filled");
    const step = { action: "override_requested", role, reason, preflight_report_hash: object.digest } as const;
    const { drafts } = writer.iter(run.stage, step);
    return { outcome: "decided", objects: [object], drafts, names: [object.digest], preflight: report };
  }
  const { drafts } = writer.iter(watchStage(run.plan), {
    action: "overridden",
    role,
    reason,
    weight_bp: 10_000,
    preflight_report_hash: object.digest,
  });
  return { outcome: "decided", objects: [object], drafts, names: [object.digest], preflight: report };
}

function refuseOverride(run: Run, { role, progress }: Override): Refused | undefined {
  if (run.phase === "rolling_back") return refuse("rolling_back");
  // Its verdict may be that it is breached.
  if (run.phase === "frozen") return refuse("frozen");
  if (isWatching(run)) return refuse("nothing_to_promote");
  if (!ROLES.includes(role)) return refuse("override_role");
  if (run.breached) return refuse("override_breached");
  if (run.phase === "ready") return undefined;
  // An open window that nobody can look at may be breached.
  if (progress === undefined || failingIsCertain(run.plan.policy, run.stage, progress))
    return refuse("override_breached");
  return undefined;
}
