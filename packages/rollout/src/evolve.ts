/**
 * Folds records into state. Records that `decide` made fold; others that chain and yet do not fit are refused, because
 * then either the ledger was written by another program or this one has a fault.
 */
import { digestOf } from "@tau-edge/encoding";
import { formatRolloutId, type StoredRecord } from "@tau-edge/ledger";
import { evolveIter } from "./evolve-iter.ts";
import { type Commit, environmentOf, isWatching, type Lock, type Run, type StreamState } from "./state.ts";
import { disorder } from "./trace/disorder.ts";
import { readTrace } from "./trace/read-trace.ts";
import type { Finalize, Prepare, Revalidated, Rollback, RunEnd, RunHeader, TracePosition } from "./trace/trace-body.ts";

/**
 * @throws RolloutError `trace_out_of_order`, with stream and seq
 * @throws LedgerError `field_malformed`
 */
export function evolve(state: StreamState, stored: StoredRecord): StreamState {
  const { record } = stored;
  if (record.stream !== state.stream || record.seq !== state.next_seq)
    throw disorder(stored, `It does not follow ${state.stream}#${state.next_seq - 1}`);
  const moved = { ...state, next_seq: record.seq + 1, at_unix_ms: record.at_unix_ms };
  const body = readTrace(stored);
  if (body === undefined) return moved;
  switch (body.type) {
    case "run_header":
      return started(moved, body, stored);
    case "revalidated":
      return revalidated(moved, body, stored);
    case "iter":
      return { ...moved, run: evolveIter(runOf(state, body, stored), body, stored) };
    case "rollback":
      return { ...moved, run: rollingBack(runOf(state, body, stored), body, stored) };
    case "prepare":
      return { ...moved, run: prepared(runOf(state, body, stored), body, stored) };
    case "run_end":
      return ended(moved, runOf(state, body, stored), body, stored);
    case "finalize":
      return finalized(moved, body, stored);
  }
}

export function evolveAll(state: StreamState, records: Iterable<StoredRecord>): StreamState {
  for (const stored of records) state = evolve(state, stored);
  return state;
}

function started(state: StreamState, header: RunHeader, stored: StoredRecord): StreamState {
  if (state.run !== undefined && state.run.phase !== "ended") throw disorder(stored, "Another run is not ended");
  if (header.t !== 0) throw disorder(stored, "The first record of a run has t 0");
  if (header.environment !== environmentOf(state)) throw disorder(stored, "It is of another environment");
  if (!isNextAttempt(state, header, stored)) throw disorder(stored, "It is no next attempt, and no new rollout");
  const run: Run = {
    rollout_id: header.rollout_id,
    attempt: header.attempt,
    kind: header.kind,
    environment: header.environment,
    plan: header.plan,
    plan_hash: header.plan_hash,
    target: header.target,
    ...(header.baseline === undefined ? {} : { baseline: header.baseline }),
    environment_profile_hash: header.environment_profile_hash,
    policy_bundle_hash: header.deployment_policy_bundle_hash,
    preflight_report: header.preflight_report_hash,
    replay_token: header.replay_token,
    started_unix_ms: stored.record.at_unix_ms,
    t: 0,
    trace_tail: digestOf(stored.hash),
    phase: "ready",
    stage: -1,
    stage_entered_unix_ms: stored.record.at_unix_ms,
    weight_bp: 0,
    dwell_waived: false,
    approvals: [],
    overridden: false,
    judgements: [],
    // The same plan for the same release: what one attempt proved, the next cannot unprove.
    breached: state.run?.rollout_id === header.rollout_id && state.run.breached,
  };
  // A validation counts for one start; an undo needs none and leaves the lock as it is.
  const { lock, ...unlocked } = state;
  const keepsLock = lock !== undefined && (header.kind === "undo" || !header.preflight_passed);
  if (lock !== undefined && !keepsLock && lock.cleared !== header.target.manifest)
    throw disorder(stored, "Nothing was validated since the last rollout was rolled back or aborted");
  return { ...(keepsLock ? state : unlocked), run };
}

/** A rollout is named after its first record, so no two have one name. */
function isNextAttempt({ run, stream }: StreamState, { rollout_id, attempt }: RunHeader, { record }: StoredRecord) {
  if (attempt === 1) return rollout_id === formatRolloutId({ stream, seq: record.seq });
  return run?.rollout_id === rollout_id && run.attempt === attempt - 1 && run.outcome?.final_status !== "success";
}

function revalidated(state: StreamState, body: Revalidated, stored: StoredRecord): StreamState {
  const { lock } = state;
  if (lock === undefined) throw disorder(stored, "Nothing is locked");
  const { cleared: _, ...locked } = lock;
  return { ...state, lock: body.passed ? { ...lock, cleared: body.manifest } : locked };
}

/** The run that a trace record continues. */
function runOf(state: StreamState, body: TracePosition, stored: StoredRecord): Run {
  const { run } = state;
  if (run === undefined || run.phase === "ended") throw disorder(stored, "No run is open");
  if (body.rollout_id !== run.rollout_id || body.attempt !== run.attempt)
    throw disorder(stored, "It is of another run");
  if (body.t !== run.t + 1) throw disorder(stored, `t ${body.t} does not follow ${run.t}`);
  if (body.replay_token !== run.replay_token) throw disorder(stored, "It has another replay token");
  return run;
}

function rollingBack(run: Run, body: Rollback, stored: StoredRecord): Run {
  if (run.phase === "rolling_back") throw disorder(stored, "It is rolling back already");
  const { window: _window, frozen: _frozen, passed_since_unix_ms: _passed, ...rest } = run;
  return {
    ...rest,
    t: body.t,
    phase: "rolling_back",
    weight_bp: 0,
    rollback: {
      trigger: body.trigger,
      code: body.code,
      reason: body.reason,
      ...(body.to === undefined ? {} : { to: body.to }),
      weight_bp: run.weight_bp,
      at_unix_ms: stored.record.at_unix_ms,
    },
  };
}

function prepared(run: Run, body: Prepare, stored: StoredRecord): Run {
  if (run.phase !== "exposed" || !isWatching(run)) throw disorder(stored, "It is not being watched");
  if (body.trace_tail_hash !== run.trace_tail) throw disorder(stored, "It names another end of the trace");
  return { ...run, t: body.t };
}

function ended(state: StreamState, run: Run, body: RunEnd, stored: StoredRecord): StreamState {
  if (body.release_hash !== run.target.release) throw disorder(stored, "It names another release");
  const passed = isWatching(run) && run.phase === "exposed" && run.passed_since_unix_ms !== undefined;
  if (body.final_status === "success" && !passed) throw disorder(stored, "It has not passed its watch");
  if (body.final_status === "rolled_back" && run.phase !== "rolling_back")
    throw disorder(stored, "Nothing is rolled back");
  const at_unix_ms = stored.record.at_unix_ms;
  const { window: _window, frozen: _frozen, ...rest } = run;
  const outcome = {
    final_status: body.final_status,
    at_unix_ms,
    gate_report: body.gate_report_hash,
    deployment_report: body.deployment_report_hash,
    ...(body.rollback_report_hash === undefined ? {} : { rollback_report: body.rollback_report_hash }),
    ...(body.failure === undefined ? {} : { failure_code: body.failure.failure_code }),
  };
  const over: Run = {
    ...rest,
    t: body.t,
    phase: "ended",
    weight_bp: body.final_status === "success" ? run.weight_bp : 0,
    outcome,
  };
  const lock: Lock = { rollout_id: run.rollout_id, since_unix_ms: at_unix_ms };
  // A run that never got past its first preflight has exposed nothing, and proves nothing against what was validated.
  const locks = body.final_status !== "success" && body.failure?.failure_code !== "preflight_failed";
  return locks ? { ...state, run: over, lock } : { ...state, run: over };
}

/** Stands right after the `run_end` of a success, in the same append. */
function finalized(state: StreamState, body: Finalize, stored: StoredRecord): StreamState {
  const { run } = state;
  if (run?.outcome?.final_status !== "success" || run.rollout_id !== body.rollout_id || body.t !== run.t + 1)
    throw disorder(stored, "It does not follow the end of a success");
  if (body.attempt !== run.attempt || body.replay_token !== run.replay_token)
    throw disorder(stored, "It is of another run");
  if (body.release !== run.target.release) throw disorder(stored, "It names another release");
  if (body.trace_tail_hash !== run.trace_tail) throw disorder(stored, "It names another end of the trace");
  if (state.committed.at(-1)?.rollout_id === run.rollout_id) throw disorder(stored, "It is committed already");
  const commit: Commit = {
    rollout_id: run.rollout_id,
    attempt: run.attempt,
    kind: run.kind,
    target: run.target,
    plan_hash: run.plan_hash,
    environment_profile_hash: run.environment_profile_hash,
    overridden: run.overridden,
    at_unix_ms: stored.record.at_unix_ms,
    trace_tail_hash: body.trace_tail_hash,
    checkpoint_hash: body.checkpoint_hash,
    lineage_root_hash: body.lineage_root_hash,
    wal_terminal_hash: digestOf(stored.hash),
  };
  return { ...state, committed: [...state.committed, commit], run: { ...run, t: body.t } };
}
