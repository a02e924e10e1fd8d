/** Two ended runs side by side, with what the order of S3 says of them. */
import type { RolloutView } from "@tau-edge/control";
import type { Digest } from "@tau-edge/encoding";
import { type Comparison, compareReports, type DeploymentReport } from "@tau-edge/rollout";

/** How one run ended, from its report or from its rollout. */
export interface ComparedRun
  extends Pick<
    DeploymentReport,
    | "rollout_id"
    | "attempt"
    | "environment"
    | "status"
    | "failure_code"
    | "overridden"
    | "release"
    | "manifest"
    | "baseline"
    | "policy_bundle_hash"
    | "environment_profile_hash"
    | "started_unix_ms"
    | "ended_unix_ms"
    | "recovery_ms"
  > {
  readonly deployment_report: Digest;
  readonly windows: { readonly pass: number; readonly fail: number; readonly hold: number };
}

export type ComparedRuns = Comparison & {
  readonly schema_version: 1;
  readonly a: ComparedRun;
  readonly b: ComparedRun;
};

export function compareRuns(a: ComparedRun, b: ComparedRun): ComparedRuns {
  return { schema_version: 1, ...compareReports(a, b), a, b };
}

export function runOfReport(digest: Digest, report: DeploymentReport): ComparedRun {
  const { v: _, kind: _kind, plan_hash: _plan, judgements, ...rest } = report;
  return { ...rest, deployment_report: digest, windows: countWindows(judgements) };
}

/** @returns undefined while it is open */
export function runOfView(view: RolloutView): ComparedRun | undefined {
  const { outcome, rollback, baseline } = view;
  if (outcome === undefined) return undefined;
  return {
    rollout_id: view.rollout_id,
    attempt: view.attempt,
    deployment_report: outcome.deployment_report,
    environment: view.environment,
    status: outcome.final_status,
    ...(outcome.failure_code === undefined ? {} : { failure_code: outcome.failure_code }),
    overridden: view.overridden,
    release: view.release,
    manifest: view.manifest,
    ...(baseline === undefined ? {} : { baseline: baseline.release }),
    policy_bundle_hash: view.policy_bundle_hash,
    environment_profile_hash: view.environment_profile_hash,
    started_unix_ms: view.started_unix_ms,
    ended_unix_ms: outcome.at_unix_ms,
    ...(outcome.final_status !== "rolled_back" || rollback === undefined
      ? {}
      : { recovery_ms: outcome.at_unix_ms - rollback.at_unix_ms }),
    windows: countWindows(view.judgements),
  };
}

function countWindows(judgements: readonly { readonly result: "pass" | "fail" | "hold" }[]): ComparedRun["windows"] {
  const count = (wanted: string) => judgements.filter(({ result }) => result === wanted).length;
  return { pass: count("pass"), fail: count("fail"), hold: count("hold") };
}
