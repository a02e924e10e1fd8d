/** Begins a run: start, retry, undo. A failed preflight leaves a trace too: a header and its end. */
import { formatRolloutId, parseStream } from "@tau-edge/ledger";
import type { Plan } from "../plan/plan.ts";
import { planObject } from "../plan/plan-objects.ts";
import type { ReleaseRef } from "../release.ts";
import { activeRun, type Commit, environmentOf, lastCommit, type StreamState, watchStage } from "../state.ts";
import { begin } from "./begin.ts";
import type { Asked, Decision, Refused, Retry, Start, Undo } from "./command.ts";
import { outsideMaintenance } from "./outside-maintenance.ts";
import { refuse } from "./refusals.ts";

export function start(state: StreamState, command: Start, asked: Asked): Decision {
  const { plan, target } = command;
  const refusal = refuseStart(state, plan, target) ?? outsideMaintenance(state, plan, asked);
  if (refusal !== undefined) return refusal;
  const rollout_id = formatRolloutId({ stream: state.stream, seq: state.next_seq });
  return begin(state, { ...command, kind: "rollout", rollout_id, attempt: 1, stage: -1 }, asked);
}

export function retry(state: StreamState, command: Retry, asked: Asked): Decision {
  const { run } = state;
  if (activeRun(state) !== undefined) return refuse("rollout_open");
  if (run?.kind !== "rollout" || run.outcome?.final_status === "success") return refuse("nothing_to_retry");
  const { plan, target, rollout_id } = run;
  const refusal = refuseStart(state, plan, target) ?? outsideMaintenance(state, plan, asked);
  if (refusal !== undefined) return refusal;
  const attempt = run.attempt + 1;
  return begin(state, { ...command, plan, target, kind: "rollout", rollout_id, attempt, stage: -1 }, asked);
}

/** Straight to the watch: the release went all the way before, and whoever asks wants to be back soon. */
export function undo(state: StreamState, command: Undo, asked: Asked): Decision {
  if (activeRun(state) !== undefined) return refuse("rollout_open");
  const earlier = state.committed.findLast(({ target }) => target.release === command.release);
  if (earlier === undefined) return refuse("undo_unknown");
  if (lastCommit(state) === earlier) return refuse("already_committed");
  if (planObject(command.plan, asked.sha256).digest !== earlier.plan_hash) return refuse("evidence_differs");
  const rollout_id = formatRolloutId({ stream: state.stream, seq: state.next_seq });
  const stage = watchStage(command.plan);
  const { target } = earlier;
  return begin(state, { ...command, target, kind: "undo", rollout_id, attempt: 1, stage }, asked);
}

function refuseStart(state: StreamState, plan: Plan, target: ReleaseRef): Refused | undefined {
  const environment = environmentOf(state);
  const stream = parseStream(state.stream);
  if (activeRun(state) !== undefined) return refuse("rollout_open");
  if (stream === "system" || environment === undefined) return refuse("blueprint_differs");
  if (stream.blueprint !== plan.blueprint || !plan.environments.includes(environment))
    return refuse("blueprint_differs");
  if (target.release !== plan.release || target.manifest !== plan.manifest) return refuse("release_differs");
  const committed = lastCommit(state);
  if (committed?.target.release === target.release) return refuse("already_committed");
  if (state.lock !== undefined && state.lock.cleared !== target.manifest) return refuse("revalidation_required");
  return refuseBaseline(plan, committed);
}

function refuseBaseline({ baseline }: Plan, committed: Commit | undefined): Refused | undefined {
  if (baseline === "none") return committed === undefined ? undefined : refuse("baseline_needed");
  if (committed === undefined) return refuse("baseline_missing");
  return baseline === "committed" || baseline === committed.target.release ? undefined : refuse("baseline_differs");
}
