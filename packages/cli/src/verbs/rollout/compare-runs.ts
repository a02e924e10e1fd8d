/** What two ended runs have in common, and what not. */
import type { RolloutView } from "@tau-edge/control";
import type { Digest } from "@tau-edge/encoding";
import type { DeploymentReport } from "@tau-edge/rollout";

/** How one run ended, from its report or from its rollout. */
export interface ComparedRun {
  readonly rollout_id: string;
  readonly attempt: number;
  readonly deployment_report: Digest;
  readonly environment: string;
  readonly status: string;
  readonly failure_code?: string;
  readonly overridden: boolean;
  readonly release: Digest;
  readonly manifest: Digest;
  readonly baseline?: Digest;
  readonly policy_bundle_hash: Digest;
  readonly environment_profile_hash: Digest;
  readonly duration_ms: number;
  /** From the record that stopped the release to the proof of health. */
  readonly recovery_ms?: number;
  readonly windows: { readonly pass: number; readonly fail: number; readonly hold: number };
}

export interface Comparison {
  readonly schema_version: 1;
  /** Only under the same policy in the same environment does a difference say something about the releases. */
  readonly comparable: boolean;
  /** Why not: names of the fields that differ. */
  readonly conditions_differ: readonly ("policy_bundle_hash" | "environment_profile_hash")[];
  readonly a: ComparedRun;
  readonly b: ComparedRun;
}

export function compareRuns(a: ComparedRun, b: ComparedRun): Comparison {
  const conditions = ["policy_bundle_hash", "environment_profile_hash"] as const;
  const conditions_differ = conditions.filter((name) => a[name] !== b[name]);
  return { schema_version: 1, comparable: conditions_differ.length === 0, conditions_differ, a, b };
}

export function runOfReport(digest: Digest, report: DeploymentReport): ComparedRun {
  const { v: _, kind: _kind, plan_hash: _plan, started_unix_ms, ended_unix_ms, judgements, ...rest } = report;
  return {
    ...rest,
    deployment_report: digest,
    duration_ms: ended_unix_ms - started_unix_ms,
    windows: countWindows(judgements),
  };
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
    duration_ms: outcome.at_unix_ms - view.started_unix_ms,
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
