/** Rollouts as they are printed. */
import { type MetricWindowsReader, PortError } from "@tau-edge/ports";
import { agenda, type Evidence, neededRoles, type Run } from "@tau-edge/rollout";
import { evidenceNow } from "./evidence-now.ts";
import type { RolloutStream, RolloutTrack } from "./rollout-streams.ts";
import type { RolloutSummary, RolloutView, WindowView } from "./rollout-view.ts";
import { pointerOf } from "./settle-pointers.ts";

export function summaryOf(
  { environment, blueprint, state, frozen }: RolloutStream,
  { run }: RolloutTrack,
): RolloutSummary {
  const { stages, holdback_bp } = run.plan.policy;
  const { outcome } = run;
  return {
    rollout_id: run.rollout_id,
    environment,
    blueprint,
    stream: state.stream,
    attempt: run.attempt,
    kind: run.kind,
    release: run.target.release,
    manifest: run.target.manifest,
    status: outcome?.final_status ?? "open",
    phase: run.phase,
    stage: run.stage,
    stages: stages.length,
    weight_bp: Math.min(run.weight_bp, 10_000 - holdback_bp),
    ...(run.held === undefined ? {} : { held: run.held }),
    ...(run.paused === undefined ? {} : { paused: run.paused }),
    ...(frozen === undefined ? {} : { frozen }),
    overridden: run.overridden,
    started_unix_ms: run.started_unix_ms,
    ...(outcome === undefined ? {} : { ended_unix_ms: outcome.at_unix_ms }),
    ...(outcome?.failure_code === undefined ? {} : { failure_code: outcome.failure_code }),
  };
}

export interface ViewPorts {
  readonly windows: MetricWindowsReader;
}

export async function viewOf(
  known: RolloutStream,
  track: RolloutTrack,
  { windows }: ViewPorts,
  now_unix_ms: number,
): Promise<RolloutView> {
  const { state } = known;
  const { run } = track;
  const isCurrent = state.run?.rollout_id === run.rollout_id;
  const evidence = isCurrent ? await evidenceNow(run, windows, now_unix_ms) : undefined;
  const window = await windowView(run, evidence, windows);
  const commit = state.committed.find(({ rollout_id }) => rollout_id === run.rollout_id);
  return {
    ...summaryOf(known, track),
    target: run.target,
    ...(run.baseline === undefined ? {} : { baseline: run.baseline }),
    plan: run.plan,
    plan_hash: run.plan_hash,
    policy_bundle_hash: run.policy_bundle_hash,
    environment_profile_hash: run.environment_profile_hash,
    preflight_report: run.preflight_report,
    replay_token: run.replay_token,
    stage_entered_unix_ms: run.stage_entered_unix_ms,
    ...(window === undefined ? {} : { window }),
    next: isCurrent ? agenda(state, evidence, now_unix_ms) : { do: "nothing" },
    approvals: { needed: neededRoles(run.plan, run.environment), given: run.approvals },
    ...(run.override_requested === undefined ? {} : { override_requested: run.override_requested }),
    judgements: run.judgements,
    ...(run.rollback === undefined ? {} : { rollback: run.rollback }),
    ...(run.outcome === undefined ? {} : { outcome: run.outcome }),
    ...(commit === undefined ? {} : { committed: pointerOf(commit) }),
    ...(state.lock === undefined ? {} : { lock: state.lock }),
    records: { first_seq: track.first_seq, last_seq: track.last_seq },
  };
}

async function windowView(
  { window, rollout_id }: Run,
  evidence: Evidence | undefined,
  windows: MetricWindowsReader,
): Promise<WindowView | undefined> {
  if (window === undefined) return undefined;
  if (evidence?.source !== "counted") return window;
  const { candidate, baseline } = evidence;
  const late_batches = await lateBatches(rollout_id, windows);
  return {
    ...window,
    candidate,
    ...(baseline === undefined ? {} : { baseline }),
    ...(late_batches === undefined ? {} : { late_batches }),
  };
}

async function lateBatches(rollout_id: string, windows: MetricWindowsReader): Promise<number | undefined> {
  try {
    return await windows.lateCount(rollout_id);
  } catch (error) {
    if (error instanceof PortError) return undefined;
    throw error;
  }
}
