/** Freezes the open window, and judges what is frozen. */
import { type Digest, digestOf, type Sha256 } from "@tau-edge/encoding";
import { type CommitObject, LedgerError } from "@tau-edge/ledger";
import { RolloutError } from "../errors.ts";
import type { GateReport } from "../gates/gate-report.ts";
import { gateReportObject } from "../gates/gate-report-object.ts";
import { judgeWindow } from "../gates/verdict.ts";
import type { Snapshot } from "../metrics/snapshot.ts";
import { readSnapshot, snapshotObject } from "../metrics/snapshot-object.ts";
import { activeRun, effectiveTime, hasConcurrentBaseline, type Run, type StreamState } from "../state.ts";
import type { RollbackTrigger } from "../trace/trace-body.ts";
import type { Asked, Decision, Freeze, Judge, WindowRef } from "./command.ts";
import { digestsOf } from "./preflighted.ts";
import { refuse } from "./refusals.ts";
import { TraceWriter } from "./trace-writer.ts";
import { writeRollback } from "./write-rollback.ts";

export function freeze(state: StreamState, command: Freeze, asked: Asked): Decision {
  const run = activeRun(state);
  if (run === undefined) return refuse("no_rollout");
  if (run.phase !== "exposed" || !isOpen(run, command)) return refuse("window_moved");
  const { candidate, baseline } = command;
  if ((baseline !== undefined) !== hasConcurrentBaseline(run)) return refuse("evidence_incomplete");
  const at_unix_ms = effectiveTime(state, asked.now_unix_ms);
  if (!isOf(run, candidate, run.target.release, at_unix_ms)) return refuse("evidence_differs");
  if (baseline !== undefined && !isOf(run, baseline, run.baseline?.release, at_unix_ms))
    return refuse("evidence_differs");
  const objects = [candidate, ...(baseline === undefined ? [] : [baseline])].map((snapshot) =>
    snapshotObject(snapshot, asked.sha256),
  );
  if (!objects.every(isReadable)) return refuse("evidence_differs");
  const [frozen, frozenBaseline] = digestsOf(objects);
  if (frozen === undefined) return refuse("evidence_incomplete");
  const { drafts } = new TraceWriter(run, run.t, asked.actor).iter(run.stage, {
    action: "frozen",
    window: command.window,
    metrics_snapshot_hash: frozen,
    ...(frozenBaseline === undefined ? {} : { baseline_snapshot_hash: frozenBaseline }),
  });
  return { outcome: "decided", objects, drafts, names: digestsOf(objects) };
}

export function judge(state: StreamState, command: Judge, asked: Asked): Decision {
  const run = activeRun(state);
  if (run === undefined) return refuse("no_rollout");
  const { frozen, window } = run;
  if (run.phase !== "frozen" || frozen === undefined || window === undefined) return refuse("not_frozen");
  if (!isOpen(run, command)) return refuse("window_moved");
  if (!isObject(command.candidate, frozen.snapshot, asked.sha256)) return refuse("evidence_differs");
  if (!isObject(command.baseline, frozen.baseline_snapshot, asked.sha256)) return refuse("evidence_differs");
  const snapshot = readSnapshot(command.candidate);
  const report = judgeFrozen(run, snapshot, command.baseline);
  const object = gateReportObject(report, asked.sha256);
  const writer = new TraceWriter(run, run.t, asked.actor).iter(run.stage, {
    action: "judged",
    window: command.window,
    gate_result: report.result,
    ...(report.code === undefined ? {} : { code: report.code }),
    gate_report_hash: object.digest,
  });
  const trigger = rollbackTrigger(run, snapshot, report);
  if (trigger !== undefined)
    writeRollback(writer, state, run, {
      trigger,
      code: report.code ?? trigger,
      reason: "",
      gate_report_hash: object.digest,
    });
  return { outcome: "decided", objects: [object], drafts: writer.drafts, names: [object.digest] };
}

function isOpen(run: Run, { attempt, stage, window }: WindowRef): boolean {
  return run.attempt === attempt && run.stage === stage && run.window?.number === window;
}

/** Whether a snapshot is of the open window of this arm and of the plan's lanes, and was not taken after now. */
function isOf(
  run: Run,
  { id, lanes, opened_unix_ms, frozen_unix_ms }: Snapshot,
  release: Digest | undefined,
  now: number,
): boolean {
  return (
    id.rollout_id === run.rollout_id &&
    isOpen(run, id) &&
    id.release === release &&
    lanes.length === run.plan.lanes.length &&
    lanes.every(({ lane }, index) => lane === run.plan.lanes[index]) &&
    opened_unix_ms === run.window?.opened_unix_ms &&
    frozen_unix_ms >= opened_unix_ms &&
    frozen_unix_ms <= now
  );
}

/** What is recorded and does not add up would never be judged, and its window never end. */
function isReadable({ bytes }: CommitObject): boolean {
  try {
    readSnapshot(bytes);
    return true;
  } catch (error) {
    if (error instanceof LedgerError || error instanceof RolloutError) return false;
    throw error;
  }
}

/** Whether the bytes are the object with this digest; nothing is the object of no digest. */
function isObject(bytes: Uint8Array | undefined, digest: Digest | undefined, sha256: Sha256): boolean {
  return bytes === undefined ? digest === undefined : digestOf(sha256(bytes)) === digest;
}

function judgeFrozen(run: Run, snapshot: Snapshot, baselineBytes: Uint8Array | undefined): GateReport {
  const { frozen } = run;
  if (frozen === undefined) throw new TypeError("only a frozen window is judged");
  const { baseline_snapshot } = frozen;
  const baseline =
    baselineBytes === undefined || baseline_snapshot === undefined
      ? undefined
      : { snapshot: readSnapshot(baselineBytes), digest: baseline_snapshot, concurrent: hasConcurrentBaseline(run) };
  return judgeWindow({
    policy: run.plan.policy,
    lanes: run.plan.lanes,
    stage: run.stage,
    first_judgement: run.judgements.length === 0,
    dwell_waived: run.dwell_waived,
    snapshot,
    digest: frozen.snapshot,
    // Who skipped the stages with a baseline to compare with took that upon them, by name.
    baseline_mode: run.baseline === undefined || (run.overridden && baseline === undefined) ? "none" : "required",
    ...(baseline === undefined ? {} : { baseline }),
  });
}

function rollbackTrigger(run: Run, snapshot: Snapshot, report: GateReport): RollbackTrigger | undefined {
  if (report.result === "fail") return "gate_failed";
  const { max_window_ms, on_deadline } = run.plan.policy;
  const late = snapshot.frozen_unix_ms - snapshot.opened_unix_ms >= max_window_ms;
  return report.result === "hold" && late && on_deadline === "rollback" ? "deadline_exceeded" : undefined;
}
