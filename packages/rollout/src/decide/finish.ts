/** Ends a run: its reports as objects, and the records that name them. */
import type { Digest, Sha256 } from "@tau-edge/encoding";
import { type CommitObject, makeCommitObject } from "@tau-edge/ledger";
import { type DeploymentReport, deploymentReportObject } from "../reports/deployment-report.ts";
import type { Run } from "../state.ts";
import type { Failure, FinalStatus } from "../trace/trace-body.ts";
import type { TraceWriter } from "./trace-writer.ts";

export interface Ending {
  readonly status: FinalStatus;
  readonly at_unix_ms: number;
  readonly failure?: Omit<Failure, "t">;
  readonly rollback_report?: Digest;
  readonly recovery_ms?: number;
}

/** What the reports say of a run. */
export type ReportedRun = Pick<
  Run,
  | "rollout_id"
  | "attempt"
  | "kind"
  | "environment"
  | "target"
  | "baseline"
  | "plan_hash"
  | "policy_bundle_hash"
  | "environment_profile_hash"
  | "started_unix_ms"
  | "overridden"
  | "judgements"
>;

/**
 * Writes `run_end` and makes what it names.
 * @param run with all its judgements, those of this decision too
 */
export function finish(run: ReportedRun, ending: Ending, writer: TraceWriter, sha256: Sha256): readonly CommitObject[] {
  const { failure, rollback_report, status } = ending;
  const report = deploymentReportObject(deploymentReport(run, ending), sha256);
  const gate = lastGateReport(run, sha256);
  writer.write({
    type: "run_end",
    final_status: status,
    release_hash: run.target.release,
    gate_report_hash: gate.digest,
    ...(rollback_report === undefined ? {} : { rollback_report_hash: rollback_report }),
    deployment_report_hash: report.digest,
    ...(failure === undefined ? {} : { failure: { t: writer.t + 1, ...failure } }),
  });
  return gate.object === undefined ? [report] : [report, gate.object];
}

/** The last gate report of a run; one that says so where nothing was judged, because no run ends without one. */
export function lastGateReport(
  run: ReportedRun,
  sha256: Sha256,
): { readonly digest: Digest; readonly object?: CommitObject } {
  const last = run.judgements.at(-1);
  if (last !== undefined) return { digest: last.gate_report };
  const { rollout_id, attempt } = run;
  const object = makeCommitObject("gate_report_none_v1", { v: 1, rollout_id, attempt }, sha256);
  return { digest: object.digest, object };
}

function deploymentReport(run: ReportedRun, ending: Ending): DeploymentReport {
  const { failure, recovery_ms } = ending;
  return {
    v: 1,
    rollout_id: run.rollout_id,
    attempt: run.attempt,
    kind: run.kind,
    environment: run.environment,
    status: ending.status,
    release: run.target.release,
    manifest: run.target.manifest,
    ...(run.baseline === undefined ? {} : { baseline: run.baseline.release }),
    plan_hash: run.plan_hash,
    policy_bundle_hash: run.policy_bundle_hash,
    environment_profile_hash: run.environment_profile_hash,
    started_unix_ms: run.started_unix_ms,
    ended_unix_ms: ending.at_unix_ms,
    ...(recovery_ms === undefined ? {} : { recovery_ms }),
    overridden: run.overridden,
    ...(failure === undefined ? {} : { failure_code: failure.failure_code }),
    judgements: run.judgements.map(({ stage, window, result, gate_report }) => ({
      stage,
      window,
      result,
      gate_report,
    })),
  };
}
