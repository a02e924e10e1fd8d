/**
 * What can be done with rollouts, on a state directory and through a gateway alike: the command line speaks to this, and
 * does not know which of the two answers. All documents are printed as they stand.
 */
import type { Digest } from "@tau-edge/encoding";
import type {
  Environment,
  EnvironmentProfile,
  Plan,
  PreflightReport,
  RefusalCode,
  Release,
  Role,
  TraceDocument,
} from "@tau-edge/rollout";
import type { CollectedBy } from "../catalog.ts";
import type { UnreadableStream } from "../unreadable-streams.ts";
import type { FreezeRequest, FreezeResult } from "./freeze.ts";
import type { Frozen } from "./freeze-record.ts";
import type { HistoryEntry, HistoryMoment } from "./history.ts";
import type { ControlRefusalCode, RefusedAct } from "./refusals.ts";
import type { ReplayReport } from "./replay-report.ts";
import type { RolloutSummary, RolloutView } from "./rollout-view.ts";

export interface StartRequest {
  readonly plan: Plan;
  readonly environment: Environment;
  /** Without it, the built-in one of the environment. */
  readonly profile?: EnvironmentProfile;
  /** SHA-256 of the lockfile that the release was built from, computed anew by whoever has the file. */
  readonly lockfile_hash?: Digest;
  /** The lint rule about chances is not to refuse. */
  readonly accept_noise?: boolean;
}

/** What operators can do with a rollout that exists. */
export type OperatorCommand =
  | { readonly do: "pause"; readonly reason: string }
  | { readonly do: "resume" }
  | { readonly do: "promote" }
  | { readonly do: "override"; readonly role: Role; readonly reason: string }
  | { readonly do: "approve"; readonly role: Role; readonly release: Digest; readonly policy_bundle_hash?: Digest }
  | { readonly do: "abort"; readonly reason: string }
  | { readonly do: "roll_back"; readonly reason: string }
  | { readonly do: "retry"; readonly profile?: EnvironmentProfile; readonly lockfile_hash?: Digest };

export interface UndoRequest {
  readonly environment: Environment;
  readonly blueprint: string;
  /** A release that was committed in this environment before. */
  readonly release: Digest;
  /** Without it, the built-in one of the environment. */
  readonly profile?: EnvironmentProfile;
}

export interface RevalidateRequest {
  readonly environment: Environment;
  readonly blueprint: string;
  readonly manifest: Digest;
  /** `deep`, or `profile:<id>` of a built-in profile. */
  readonly validation: string;
}

export interface CommandOptions {
  /** Decides and reports, and writes nothing. */
  readonly dry_run?: boolean;
  /** The actor vouches for a clock that is far from the last record's time; recorded (decisions 17). */
  readonly accept_clock?: boolean;
}

export type CommandResult =
  | {
      readonly outcome: "done";
      readonly dry_run: boolean;
      /** Types of the records that were appended (or would be), in order. */
      readonly records: readonly string[];
      /** As it is now; of a dry run, as it would be. */
      readonly rollout: RolloutView;
      readonly preflight?: PreflightReport;
    }
  | (RefusedAct<RefusalCode | ControlRefusalCode> & {
      readonly preflight?: PreflightReport;
      /** Where there is one. */
      readonly rollout?: RolloutView;
    });

export type PreflightResult =
  | { readonly outcome: "checked"; readonly passed: boolean; readonly report: PreflightReport }
  | RefusedAct<"release_unknown">;

export interface CreateRelease extends Omit<Release, "v" | "profile_id"> {}

export interface ReleaseView extends Release {
  readonly release: Digest;
  readonly blueprint: string;
  readonly artifact: Digest;
  readonly created_unix_ms: number;
  /** The record that says that the release is gone; of what its object said, only the manifest is known then. */
  readonly collected_by?: CollectedBy;
}

export type CreateReleaseResult =
  | /** `unchanged`: this release was recorded before. */
  { readonly outcome: "created" | "unchanged"; readonly release: ReleaseView }
  | RefusedAct<ReleaseRefusalCode>;

export type ReleaseRefusalCode =
  | "manifest_unknown"
  | "package_collected"
  | "derived_unknown"
  | "derived_of_another"
  | "derived_incomplete";

export interface FrozenBlueprint extends Frozen {
  readonly environment: Environment;
  readonly blueprint: string;
}

export interface RolloutList {
  /** Newest first. */
  readonly rollouts: readonly RolloutSummary[];
  /** Blueprints that nobody is to run, with or without a rollout. By environment and name. */
  readonly frozen: readonly FrozenBlueprint[];
  /** Of the streams that were asked about. Their rollouts are left out: what could be read of them may be out of date. */
  readonly unreadable: readonly UnreadableStream[];
}

/**
 * @throws PortError from every method, for what stores do; `ledger_corrupt` and `pointer_conflict` also when a COMMITTED
 *   pointer and the ledger contradict each other
 */
export interface Rollouts {
  /** @throws RolloutError `release_field` */
  createRelease(request: CreateRelease): Promise<CreateReleaseResult>;
  /** Newest first. */
  releases(blueprint: string): Promise<readonly ReleaseView[]>;
  /** The checks of a start, and nothing else; writes nothing. */
  preflight(request: StartRequest): Promise<PreflightResult>;
  start(request: StartRequest, options?: CommandOptions): Promise<CommandResult>;
  command(rollout_id: string, command: OperatorCommand, options?: CommandOptions): Promise<CommandResult>;
  undo(request: UndoRequest, options?: CommandOptions): Promise<CommandResult>;
  /** Runs the named validation on what goes next, and records what it said. */
  revalidate(request: RevalidateRequest, options?: CommandOptions): Promise<CommandResult>;
  /** Everybody who runs the blueprint is told to stop, until it is released. Its rollouts go on being judged. */
  freeze(request: FreezeRequest, options?: CommandOptions): Promise<FreezeResult>;
  unfreeze(request: FreezeRequest, options?: CommandOptions): Promise<FreezeResult>;
  list(filter?: { readonly environment?: Environment; readonly blueprint?: string }): Promise<RolloutList>;
  get(rollout_id: string): Promise<RolloutView | undefined>;
  history(environment: Environment, at?: HistoryMoment): Promise<readonly HistoryEntry[]>;
  /**
   * Computes everything of the rollout again.
   * @param against what `trace` gave of another run; its transitions and final status are compared
   * @returns undefined for a rollout that nobody knows
   */
  replay(rollout_id: string, against?: TraceDocument): Promise<ReplayReport | undefined>;
  /** The transitions of all attempts, to compare other runs with. */
  trace(rollout_id: string): Promise<TraceDocument | undefined>;
}
