/**
 * The trace of a rollout: what each of its records says. S3's `run_header`, `iter` and `run_end`, and the records of
 * its commit protocol (II.G), are record types of the one chain (decisions 6).
 */
import type { Digest } from "@tau-edge/encoding";
import type { FailCode, HoldCode, VerdictResult } from "../gates/gate-report.ts";
import type { Environment } from "../plan/environment.ts";
import type { Plan, Role } from "../plan/plan.ts";
import type { ReleaseRef } from "../release.ts";
import type { PolicyIds } from "./policy-ids.ts";

export const FINAL_STATUSES = ["success", "failed", "rolled_back"] as const;
export type FinalStatus = (typeof FINAL_STATUSES)[number];

export const RUN_KINDS = ["rollout", "undo"] as const;
export type RunKind = (typeof RUN_KINDS)[number];

/** Why a rollout was rolled back. */
export const ROLLBACK_TRIGGERS = [
  "gate_failed",
  "deadline_exceeded",
  "operator",
  "signature_mismatch",
  "artifact_mismatch",
  "trace_missing",
] as const;
export type RollbackTrigger = (typeof ROLLBACK_TRIGGERS)[number];

/** Stands in every trace record. */
export interface TracePosition {
  readonly rollout_id: string;
  /** From 1; `retry` starts the next one. */
  readonly attempt: number;
  /** Counts the trace records of an attempt, from 0: S3's `t`. */
  readonly t: number;
  readonly replay_token: Digest;
}

export interface RunHeader extends TracePosition {
  readonly type: "run_header";
  readonly kind: RunKind;
  readonly environment: Environment;
  readonly plan: Plan;
  readonly plan_hash: Digest;
  /** S3's `release_manifest_hash` is the manifest's digest. */
  readonly target: ReleaseRef;
  /** What its windows are compared with; absent where the plan says `none`. */
  readonly baseline?: ReleaseRef;
  readonly environment_profile_hash: Digest;
  readonly deployment_policy_bundle_hash: Digest;
  readonly operator_contracts_root_hash: Digest;
  readonly preflight_report_hash: Digest;
  readonly preflight_passed: boolean;
  readonly policy_ids: PolicyIds;
  /** The COMMITTED pointer of the environment before this one, as an object. */
  readonly promoted_from?: Digest;
}

/** One step of the run; S3's `iter` with its stage, action and gate_result. */
export interface IterCommon extends TracePosition {
  readonly type: "iter";
  /** Index into the plan's stages; their number is the watch; -1 before the first. */
  readonly stage: number;
}

export type IterStep =
  | { readonly action: "entered"; readonly weight_bp: number; readonly preflight_report_hash: Digest }
  | {
      readonly action: "frozen";
      readonly window: number;
      readonly metrics_snapshot_hash: Digest;
      readonly baseline_snapshot_hash?: Digest;
    }
  | {
      readonly action: "judged";
      readonly window: number;
      readonly gate_result: VerdictResult;
      readonly code?: HoldCode | FailCode;
      readonly gate_report_hash: Digest;
    }
  | { readonly action: "held"; readonly code: "preflight_failed"; readonly preflight_report_hash: Digest }
  | { readonly action: "paused"; readonly reason: string }
  | { readonly action: "resumed" }
  | { readonly action: "approved"; readonly role: Role }
  | { readonly action: "promoted"; readonly ended: "pause" | "dwell" }
  | {
      readonly action: "override_requested";
      readonly role: Role;
      readonly reason: string;
      readonly preflight_report_hash: Digest;
    }
  | {
      readonly action: "overridden";
      readonly role: Role;
      readonly reason: string;
      readonly weight_bp: number;
      readonly preflight_report_hash: Digest;
    }
  | { readonly action: "aborted"; readonly reason: string }
  | { readonly action: "rollback_checked"; readonly gate_result: "pass" | "fail"; readonly failed_check?: string };

export type Iter = IterCommon & IterStep;

export interface Rollback extends TracePosition {
  readonly type: "rollback";
  readonly stage: number;
  readonly trigger: RollbackTrigger;
  /** The code of the gate, check or deadline; of an operator, `operator`. */
  readonly code: string;
  readonly reason: string;
  /** Of the preflight that found the reason, where one did. */
  readonly preflight_report_hash?: Digest;
  /** Where everybody goes; absent: nothing was ever committed, and nobody is served. */
  readonly to?: ReleaseRef;
  readonly gate_report_hash: Digest;
}

export interface Prepare extends TracePosition {
  readonly type: "prepare";
  readonly preflight_report_hash: Digest;
  readonly checkpoint_hash: Digest;
  readonly trace_tail_hash: Digest;
  readonly lineage_root_hash: Digest;
}

/** S3's terminal record of a run that is committed; its record hash is the pointer's `wal_terminal_hash`. */
export interface Finalize extends Omit<Prepare, "type"> {
  readonly type: "finalize";
  readonly release: Digest;
  /** Joins when certificates exist. */
  readonly execution_certificate_hash?: Digest;
}

export interface RunEnd extends TracePosition {
  readonly type: "run_end";
  readonly final_status: FinalStatus;
  readonly release_hash: Digest;
  readonly gate_report_hash: Digest;
  readonly rollback_report_hash?: Digest;
  readonly deployment_report_hash: Digest;
  readonly failure?: Failure;
}

/** S3's final failure record. */
export interface Failure {
  readonly t: number;
  readonly failure_code: string;
  readonly failure_operator: string;
  readonly diagnostics: string;
}

/** Ends the lock that a rollback or an abort left, for one manifest. Stands between runs. */
export interface Revalidated {
  readonly type: "revalidated";
  readonly validation: string;
  readonly manifest: Digest;
  readonly passed: boolean;
  readonly report_hash: Digest;
}

export type TraceBody = RunHeader | Iter | Rollback | Prepare | Finalize | RunEnd | Revalidated;
