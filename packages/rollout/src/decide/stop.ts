/** Towards safety: abort, roll back, and prove health after it. Accepted in every phase of an open run. */

import { type DeployOperator, operatorId } from "../operators/operators.ts";
import { type HealthCheck, rollbackReportObject } from "../reports/rollback-report.ts";
import { activeRun, effectiveTime, type Run, type StreamState } from "../state.ts";
import type { RollbackTrigger } from "../trace/trace-body.ts";
import type { Asked, Command, Decided, Decision, RollBack } from "./command.ts";
import { finish, lastGateReport } from "./finish.ts";
import { digestsOf } from "./preflighted.ts";
import { refuse } from "./refusals.ts";
import { TraceWriter } from "./trace-writer.ts";
import { writeRollback } from "./write-rollback.ts";

type Abort = Extract<Command, { do: "abort" }>;

/** Which operator finds what a rollback is triggered by. */
const FINDERS: { readonly [trigger in RollbackTrigger]: DeployOperator } = {
  gate_failed: "EvaluateHealthGates",
  deadline_exceeded: "EvaluateHealthGates",
  operator: "ExecuteRollback",
  signature_mismatch: "PreflightChecks",
  artifact_mismatch: "PreflightChecks",
  trace_missing: "PreflightChecks",
};

const NOTHING: Decided = { outcome: "decided", objects: [], drafts: [], names: [] };

/** The release is gone with this record; the run ends as failed. */
export function abort(state: StreamState, command: Abort, asked: Asked): Decision {
  const run = activeRun(state);
  if (run === undefined) return refuse(state.run === undefined ? "no_rollout" : "rollout_ended");
  const writer = new TraceWriter(run, run.t, asked.actor);
  writer.iter(run.stage, { action: "aborted", reason: command.reason });
  const failure = {
    failure_code: command.code,
    failure_operator: operatorId(run.environment, run.phase === "rolling_back" ? "ExecuteRollback" : "ExecuteRollout"),
    diagnostics: diagnosticsOf(run),
  };
  const at_unix_ms = effectiveTime(state, asked.now_unix_ms);
  const ended = finish(run, { status: "failed", at_unix_ms, failure }, writer, asked.sha256);
  return { outcome: "decided", objects: ended, drafts: writer.drafts, names: digestsOf(ended) };
}

export function rollBack(state: StreamState, command: RollBack, asked: Asked): Decision {
  const run = activeRun(state);
  if (run === undefined) return refuse(state.run === undefined ? "no_rollout" : "rollout_ended");
  // Asked twice, it is rolled back once.
  if (run.phase === "rolling_back") return NOTHING;
  const gate = lastGateReport(run, asked.sha256);
  const objects = gate.object === undefined ? [] : [gate.object];
  const { trigger, reason } = command;
  const writer = new TraceWriter(run, run.t, asked.actor);
  const cause = { trigger, code: trigger, reason, gate_report_hash: gate.digest };
  const { drafts } = writeRollback(writer, state, run, cause);
  return { outcome: "decided", objects, drafts, names: digestsOf(objects) };
}

/** Ends a rollback when every check passes; a failed one is recorded once, and looked at again. */
export function verifyRollback(state: StreamState, checks: readonly HealthCheck[], asked: Asked): Decision {
  const run = activeRun(state);
  const rollback = run?.rollback;
  if (run?.phase !== "rolling_back" || rollback === undefined) return refuse("not_rolling_back");
  // Without a look there is no health.
  const failed = checks.length === 0 ? "no_check" : checks.find(({ passed }) => !passed)?.check;
  const writer = new TraceWriter(run, run.t, asked.actor);
  if (failed !== undefined) {
    if (rollback.failed_check === failed) return refuse("rollback_unhealthy", { detail: `The check ${failed} fails.` });
    writer.iter(run.stage, { action: "rollback_checked", gate_result: "fail", failed_check: failed });
    return { outcome: "decided", objects: [], drafts: writer.drafts, names: [] };
  }
  writer.iter(run.stage, { action: "rollback_checked", gate_result: "pass" });
  const at_unix_ms = effectiveTime(state, asked.now_unix_ms);
  const report = rollbackReportObject(
    {
      v: 1,
      rollout_id: run.rollout_id,
      attempt: run.attempt,
      trigger: rollback.trigger,
      code: rollback.code,
      reason: rollback.reason,
      from: run.target.release,
      ...(rollback.to === undefined ? {} : { to: rollback.to.release }),
      weight_bp: rollback.weight_bp,
      stopped_unix_ms: rollback.at_unix_ms,
      verified_unix_ms: at_unix_ms,
      checks,
    },
    asked.sha256,
  );
  const failure = {
    failure_code: rollback.code,
    failure_operator: operatorId(run.environment, FINDERS[rollback.trigger]),
    diagnostics: diagnosticsOf(run),
  };
  const ending = { rollback_report: report.digest, recovery_ms: at_unix_ms - rollback.at_unix_ms };
  const ended = finish(run, { status: "rolled_back", at_unix_ms, failure, ...ending }, writer, asked.sha256);
  const objects = [report, ...ended];
  return { outcome: "decided", objects, drafts: writer.drafts, names: digestsOf(objects) };
}

/** The least that tells where it stopped. */
function diagnosticsOf(run: Run): string {
  const { stage, phase, window, held, rollback } = run;
  const where = `stage ${stage}, ${phase}${window === undefined ? "" : `, window ${window.number}`}`;
  const why = rollback === undefined ? held?.code : rollback.code;
  return why === undefined ? where : `${where}, ${why}`;
}
