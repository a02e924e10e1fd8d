/**
 * What a stream says at one point: the fold of its records, and nothing else. Plain data, so that a checkpoint can hold
 * all of it. Times are those of records.
 */
import type { Digest } from "@tau-edge/encoding";
import { type Actor, parseStream } from "@tau-edge/ledger";
import type { FailCode, HoldCode, VerdictResult } from "./gates/gate-report.ts";
import { type Environment, isEnvironment } from "./plan/environment.ts";
import type { Plan, Role } from "./plan/plan.ts";
import type { ReleaseRef } from "./release.ts";
import type { FinalStatus, RollbackTrigger, RunKind } from "./trace/trace-body.ts";

export const PHASES = ["ready", "exposed", "frozen", "rolling_back", "ended"] as const;
/**
 * `ready`: nobody gets it yet. `exposed`: a window is open. `frozen`: that window waits for its verdict.
 * `rolling_back`: nobody gets it any more, and health after that is not proven yet.
 */
export type Phase = (typeof PHASES)[number];

/** A release that was COMMITTED. */
export interface Commit {
  readonly rollout_id: string;
  readonly attempt: number;
  readonly kind: RunKind;
  readonly target: ReleaseRef;
  /** Of the plan that it went by; an undo goes by it again. */
  readonly plan_hash: Digest;
  readonly environment_profile_hash: Digest;
  readonly overridden: boolean;
  readonly at_unix_ms: number;
  /** What the COMMITTED pointer says. */
  readonly trace_tail_hash: Digest;
  readonly checkpoint_hash: Digest;
  readonly lineage_root_hash: Digest;
  readonly wal_terminal_hash: Digest;
}

/** Left by a rollback or an abort: nothing starts before a validation passed for its manifest. */
export interface Lock {
  readonly rollout_id: string;
  readonly since_unix_ms: number;
  /** The manifest that may go next. */
  readonly cleared?: Digest;
}

/** What frozen windows are named by, and what was found in them. */
export interface Judgement {
  readonly stage: number;
  readonly window: number;
  readonly result: VerdictResult;
  readonly code?: HoldCode | FailCode;
  readonly gate_report: Digest;
  readonly snapshot: Digest;
  readonly baseline_snapshot?: Digest;
}

export interface Grant {
  readonly role: Role;
  readonly actor: Actor;
}

export interface Held {
  readonly code: HoldCode | "preflight_failed";
  readonly since_unix_ms: number;
}

export interface OpenWindow {
  readonly number: number;
  readonly opened_unix_ms: number;
}

export interface FrozenWindow {
  readonly snapshot: Digest;
  readonly baseline_snapshot?: Digest;
}

export interface RollingBack {
  readonly trigger: RollbackTrigger;
  readonly code: string;
  readonly reason: string;
  readonly to?: ReleaseRef;
  /** What the release had when it was stopped. */
  readonly weight_bp: number;
  readonly at_unix_ms: number;
  /** The last health check that failed, until one passes. */
  readonly failed_check?: string;
}

export interface Outcome {
  readonly final_status: FinalStatus;
  readonly at_unix_ms: number;
  readonly gate_report: Digest;
  readonly deployment_report: Digest;
  readonly rollback_report?: Digest;
  readonly failure_code?: string;
}

/** One attempt of a rollout. */
export interface Run {
  readonly rollout_id: string;
  readonly attempt: number;
  readonly kind: RunKind;
  readonly environment: Environment;
  readonly plan: Plan;
  readonly plan_hash: Digest;
  readonly target: ReleaseRef;
  readonly baseline?: ReleaseRef;
  readonly environment_profile_hash: Digest;
  readonly policy_bundle_hash: Digest;
  readonly preflight_report: Digest;
  readonly replay_token: Digest;
  readonly started_unix_ms: number;
  /** Of its last trace record. */
  readonly t: number;
  /** Hash of its last `iter` record; of the header while there is none. */
  readonly trace_tail: Digest;
  readonly phase: Phase;
  /** Index into the plan's stages; their number is the watch; -1 before the first. */
  readonly stage: number;
  readonly stage_entered_unix_ms: number;
  /** Share of keys that get the target now, before a holdback. */
  readonly weight_bp: number;
  /** While exposed or frozen. */
  readonly window?: OpenWindow;
  readonly frozen?: FrozenWindow;
  /** Since when the last judged window of this stage passes; absent when none was judged, or the last one held. */
  readonly passed_since_unix_ms?: number;
  /** Somebody ended the dwell of this stage. */
  readonly dwell_waived: boolean;
  /** The last frozen window of the baseline that was open at the same time as the target's. */
  readonly baseline_snapshot?: Digest;
  readonly held?: Held;
  readonly paused?: { readonly since_unix_ms: number; readonly reason: string };
  readonly approvals: readonly Grant[];
  readonly override_requested?: Grant;
  readonly overridden: boolean;
  readonly judgements: readonly Judgement[];
  /** A window of this rollout failed, in this attempt or an earlier one. */
  readonly breached: boolean;
  readonly rollback?: RollingBack;
  readonly outcome?: Outcome;
}

export interface StreamState {
  readonly stream: string;
  /** Of the next record. */
  readonly next_seq: number;
  /** Of the last record; 0 before the first. */
  readonly at_unix_ms: number;
  /** Oldest first; the last one is what everybody gets who gets nothing else. */
  readonly committed: readonly Commit[];
  /** The last run, ended or not. */
  readonly run?: Run;
  readonly lock?: Lock;
}

export function emptyState(stream: string): StreamState {
  return { stream, next_seq: 0, at_unix_ms: 0, committed: [] };
}

/** The run that can still do something. */
export function activeRun(state: StreamState): Run | undefined {
  return state.run !== undefined && state.run.phase !== "ended" ? state.run : undefined;
}

export function lastCommit(state: StreamState): Commit | undefined {
  return state.committed.at(-1);
}

/** The stage after the last one: everybody gets the target, and gates go on being judged. */
export function watchStage(plan: Plan): number {
  return plan.policy.stages.length;
}

/** Share of keys that get the target at a stage, in basis points, before a holdback. */
export function weightAt(plan: Plan, stage: number): number {
  return plan.policy.stages[stage]?.weight_bp ?? 10_000;
}

export function isWatching(run: Run): boolean {
  return run.stage === watchStage(run.plan);
}

/** Whether the last judged window passed, and so short a time ago that nothing can have been missed since. */
export function hasFreshPass(run: Run, now_unix_ms: number): boolean {
  const { window, plan } = run;
  if (window === undefined || run.passed_since_unix_ms === undefined) return false;
  // A window opens with the verdict on the one before it.
  return now_unix_ms - window.opened_unix_ms <= plan.policy.watch.judge_every_ms + plan.policy.max_silence_ms;
}

/** Whether keys of the baseline are observed while the target has this weight. */
export function hasConcurrentBaseline(run: Run): boolean {
  return run.baseline !== undefined && (run.weight_bp < 10_000 || run.plan.policy.holdback_bp > 0);
}

/**
 * The time that a record would get now (decisions 17): nothing is decided by a clock that is behind the last record.
 * @returns unix ms
 */
export function effectiveTime(state: StreamState, now_unix_ms: number): number {
  return Math.max(state.at_unix_ms, now_unix_ms);
}

/** @returns undefined for a stream that no rollout can be in */
export function environmentOf({ stream }: StreamState): Environment | undefined {
  const name = parseStream(stream);
  return name !== "system" && isEnvironment(name.environment) ? name.environment : undefined;
}

/** Whether this person has done something in another role of this rollout: nobody fills two (S4, section 7). */
export function fillsAnotherRole({ approvals, override_requested }: Run, role: Role, actor: Actor): boolean {
  const grants = override_requested === undefined ? approvals : [...approvals, override_requested];
  return grants.some((grant) => grant.role !== role && samePerson(grant.actor, actor));
}

function samePerson(a: Actor, b: Actor): boolean {
  return a.kind === b.kind && a.id === b.id;
}
