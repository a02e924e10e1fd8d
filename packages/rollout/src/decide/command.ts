/** What can be asked of a rollout, and what is answered. */
import type { Digest, Sha256 } from "@tau-edge/encoding";
import type { Actor, CommitObject, RecordDraft } from "@tau-edge/ledger";
import type { Snapshot } from "../metrics/snapshot.ts";
import type { WindowProgress } from "../metrics/window.ts";
import type { EnvironmentProfile } from "../plan/environment-profile.ts";
import type { Plan, Role } from "../plan/plan.ts";
import type { PreflightFacts } from "../preflight/facts.ts";
import type { PreflightReport } from "../preflight/preflight-report.ts";
import type { ReleaseRef } from "../release.ts";
import type { HealthCheck } from "../reports/rollback-report.ts";
import type { RollbackTrigger } from "../trace/trace-body.ts";
import type { RefusalCode } from "./refusals.ts";

/** Which window a command is about: a command that comes late must not touch the next one. */
export interface WindowRef {
  readonly attempt: number;
  readonly stage: number;
  readonly window: number;
}

export interface Start {
  readonly do: "start";
  readonly plan: Plan;
  readonly profile: EnvironmentProfile;
  readonly target: ReleaseRef;
  readonly facts: PreflightFacts;
}

export interface Retry {
  readonly do: "retry";
  readonly profile: EnvironmentProfile;
  readonly facts: PreflightFacts;
}

export interface Undo {
  readonly do: "undo";
  /** A release that was committed in this stream before. */
  readonly release: Digest;
  /** The plan that it was committed by. */
  readonly plan: Plan;
  readonly profile: EnvironmentProfile;
  readonly facts: PreflightFacts;
}

export interface Freeze extends WindowRef {
  readonly do: "freeze";
  readonly candidate: Snapshot;
  /** Where the baseline is observed at the same time. */
  readonly baseline?: Snapshot;
}

export interface Judge extends WindowRef {
  readonly do: "judge";
  /** The objects whose hashes were recorded. */
  readonly candidate: Uint8Array;
  readonly baseline?: Uint8Array;
}

/** To the next stage, from the last one into the watch, from the watch to COMMITTED. */
export interface Advance {
  readonly do: "advance";
  readonly attempt: number;
  /** The stage that it leaves. */
  readonly stage: number;
  readonly facts: PreflightFacts;
}

export interface Override {
  readonly do: "override";
  readonly role: Role;
  readonly reason: string;
  readonly facts: PreflightFacts;
  /** Of the open window of the target, where there is one. */
  readonly progress?: WindowProgress;
}

export interface Approve {
  readonly do: "approve";
  readonly role: Role;
  /** What the approver looked at; compared with what the rollout has. */
  readonly signs_off: { readonly release: Digest; readonly policy_bundle_hash: Digest };
}

export interface RollBack {
  readonly do: "roll_back";
  readonly trigger: Exclude<RollbackTrigger, "gate_failed" | "deadline_exceeded">;
  readonly reason: string;
}

export interface Revalidate {
  readonly do: "revalidate";
  readonly validation: string;
  readonly manifest: Digest;
  readonly passed: boolean;
  /** What the validation found, as it was stored. */
  readonly report: Digest;
}

export type Command =
  | Start
  | Retry
  | Undo
  | Freeze
  | Judge
  | Advance
  | Override
  | Approve
  | RollBack
  | Revalidate
  | { readonly do: "pause"; readonly reason: string }
  | { readonly do: "resume" }
  | { readonly do: "promote" }
  | { readonly do: "abort"; readonly reason: string; readonly code: "aborted" | "hold_outlasted" }
  | { readonly do: "verify_rollback"; readonly checks: readonly HealthCheck[] };

export interface Asked {
  readonly actor: Actor;
  /** Unix ms by the clock of whoever asks. */
  readonly now_unix_ms: number;
  readonly sha256: Sha256;
}

export interface Decided {
  readonly outcome: "decided";
  /** To be stored first. */
  readonly objects: readonly CommitObject[];
  /** To be appended in one piece; empty when there is nothing to change. */
  readonly drafts: readonly RecordDraft[];
  /** Objects that the drafts name and that must exist, those of `objects` among them. */
  readonly names: readonly Digest[];
  /** The preflight that let it through, or that it failed. */
  readonly preflight?: PreflightReport;
}

export interface Refused {
  readonly outcome: "refused";
  readonly code: RefusalCode;
  readonly detail: string;
  readonly remedy: string;
  /** When asking again makes sense. */
  readonly until_unix_ms?: number;
  readonly preflight?: PreflightReport;
}

export type Decision = Decided | Refused;
