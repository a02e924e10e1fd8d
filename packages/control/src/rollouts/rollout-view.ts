/** A rollout as it is printed. Times are unix ms, shares are basis points, digests are `sha256:<hex>`. */
import type { Digest } from "@tau-edge/encoding";
import type { CommitPointer } from "@tau-edge/ledger";
import type {
  Environment,
  FinalStatus,
  Judgement,
  Lock,
  Phase,
  Plan,
  ReleaseRef,
  Role,
  Run,
  Step,
  WindowProgress,
} from "@tau-edge/rollout";
import type { Frozen } from "./freeze-record.ts";

export interface RolloutSummary {
  readonly rollout_id: string;
  readonly environment: Environment;
  readonly blueprint: string;
  readonly stream: string;
  /** Of the last attempt, as everything that follows. */
  readonly attempt: number;
  readonly kind: Run["kind"];
  readonly release: Digest;
  readonly manifest: Digest;
  readonly status: "open" | FinalStatus;
  readonly phase: Phase;
  /** Index into the plan's stages; their number is the watch; -1 before the first. */
  readonly stage: number;
  /** How many stages the plan has, the watch not counted. */
  readonly stages: number;
  /** Share of keys that get the release now, a holdback already taken off. */
  readonly weight_bp: number;
  readonly held?: NonNullable<Run["held"]>;
  readonly paused?: NonNullable<Run["paused"]>;
  /** Nobody is to run its blueprint, whatever the weight says. */
  readonly frozen?: Frozen;
  /** Somebody skipped stages. */
  readonly overridden: boolean;
  readonly started_unix_ms: number;
  readonly ended_unix_ms?: number;
  readonly failure_code?: string;
}

export interface RolloutView extends RolloutSummary {
  readonly target: ReleaseRef;
  readonly baseline?: ReleaseRef;
  readonly plan: Plan;
  readonly plan_hash: Digest;
  readonly policy_bundle_hash: Digest;
  readonly environment_profile_hash: Digest;
  readonly preflight_report: Digest;
  readonly replay_token: Digest;
  readonly stage_entered_unix_ms: number;
  /** While one is open. Reports name it by attempt, stage and number. */
  readonly window?: WindowView;
  /** What it would do next or waits for, as of now. `nothing` once it has ended. */
  readonly next: Step;
  readonly approvals: {
    readonly needed: readonly Role[];
    readonly given: Run["approvals"];
  };
  readonly override_requested?: NonNullable<Run["override_requested"]>;
  /** In the order in which they were made. */
  readonly judgements: readonly Judgement[];
  readonly rollback?: NonNullable<Run["rollback"]>;
  readonly outcome?: NonNullable<Run["outcome"]>;
  readonly committed?: CommitPointer;
  /** Of the stream: nothing starts in it before a validation passed. */
  readonly lock?: Lock;
  /** First and last record of the rollout, over all attempts. */
  readonly records: { readonly first_seq: number; readonly last_seq: number };
}

export interface WindowView {
  readonly number: number;
  readonly opened_unix_ms: number;
  /** Absent when the counters cannot be read now. */
  readonly candidate?: WindowProgress;
  /** Where the baseline is observed at the same time. */
  readonly baseline?: WindowProgress;
  /** Batches that came after their window was frozen, over all windows of the rollout. */
  readonly late_batches?: number;
}
