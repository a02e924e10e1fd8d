/**
 * What can be done about objects that nobody needs any more: see what would go and why, condemn it, collect it, read what
 * was collected, and keep releases and classes for longer. All documents are printed as they stand.
 */
import type { Digest, Sha256 } from "@tau-edge/encoding";
import type { ObjectJudgement, RetentionClass, RetentionTerm, RetentionWindows } from "@tau-edge/ledger";
import type { Clock, CollectionStore, DeploymentFiles, LedgerStore, ObjectStore } from "@tau-edge/ports";
import type { Catalog } from "../catalog.ts";
import type { RefusedCollection } from "./refusals.ts";

export interface CollectionPorts {
  readonly objects: ObjectStore;
  readonly ledger: LedgerStore;
  /** Of the same ledger and objects. */
  readonly collection: CollectionStore;
  /** Of the same ledger, knowing what was collected. */
  readonly catalog: Catalog;
  /** The readable copies, and the file that lists them. Absent: there are none. */
  readonly files?: Pick<DeploymentFiles, "check" | "unlink" | "refresh">;
  /** Where `files` puts things, as it is printed in that list. */
  readonly default_output_dir?: string;
  readonly clock: Clock;
  readonly sha256: Sha256;
}

export interface PlanOptions {
  /** Judges and reports, and writes nothing. */
  readonly dry_run?: boolean;
  /** The actor vouches for a clock that is far from the last record's time; recorded (decisions 17). */
  readonly accept_clock?: boolean;
  /** Hears of every stored object, by digest. */
  readonly onJudgement?: (judgement: ObjectJudgement) => void;
}

export interface CollectOptions extends PlanOptions {
  /** Least time in ms between the record that condemns and the one that collects; COLLECTION_GRACE_MS_MIN at least. */
  readonly grace_ms?: number;
}

export interface Amount {
  readonly objects: number;
  readonly size_bytes: number;
}

export interface ClassAmounts {
  readonly class: RetentionClass;
  readonly stays: Amount;
  readonly goes: Amount;
}

/** A record that names a list of objects. */
export interface ListRecord extends Amount {
  readonly stream: string;
  readonly seq: number;
  readonly list: Digest;
}

/** A stream in which nothing could be recorded now: what it owns waits for the next time. */
export interface LeftStream {
  readonly stream: string;
  readonly code: "clock_jump" | "busy";
  readonly detail: string;
}

export interface PlanReport {
  readonly outcome: "planned";
  readonly dry_run: boolean;
  readonly at_unix_ms: number;
  /** Windows in force, in ms. */
  readonly windows: RetentionWindows;
  /** From the class that is kept longest. */
  readonly classes: readonly ClassAmounts[];
  readonly stays: Amount;
  /** What nothing holds, condemned before or now. */
  readonly goes: Amount;
  /** Of all objects, those that no record names. */
  readonly orphans: Amount;
  /** Condemned now; of a dry run, what would be. */
  readonly condemned: Amount;
  /** The records that say so; none of a dry run. */
  readonly condemned_by: readonly ListRecord[];
  /** Objects that were condemned and are held again. */
  readonly rescinded: number;
  readonly left: readonly LeftStream[];
  /** What an earlier collection had recorded and not removed. */
  readonly swept: Amount;
}

export interface CollectReport extends Omit<PlanReport, "outcome"> {
  readonly outcome: "collected";
  readonly grace_ms: number;
  /** What may go, and was condemned too short a time ago. */
  readonly waiting: Amount;
  /** When the first of these may go, if nothing changes. */
  readonly next_unix_ms?: number;
  readonly collected: Amount;
  readonly collected_by: readonly (ListRecord & { readonly condemned_seq: number })[];
}

/** One deletion of the log. */
export interface CollectedList {
  readonly stream: string;
  readonly seq: number;
  readonly record_hash: string;
  readonly at_unix_ms: number;
  readonly condemned_seq: number;
  readonly list: Digest;
  readonly objects: readonly ListedObject[];
}

export interface ListedObject {
  readonly digest: Digest;
  readonly size_bytes: number;
  readonly class: RetentionClass;
  /** From what held it last; an object that no record names has none. */
  readonly path?: readonly string[];
}

export interface Pin {
  readonly release: Digest;
  readonly reason: string;
  readonly since_unix_ms: number;
}

export interface PinRequest {
  readonly release: Digest;
  readonly reason: string;
}

export interface LengthenRequest {
  readonly term: RetentionTerm;
  readonly window_ms: number;
  readonly reason: string;
}

export interface ActOptions {
  readonly dry_run?: boolean;
  readonly accept_clock?: boolean;
}

export type PinResult =
  | { readonly outcome: "pinned" | "unpinned" | "unchanged"; readonly dry_run: boolean; readonly release: Digest }
  | RefusedCollection;

export type LengthenResult =
  | { readonly outcome: "lengthened" | "unchanged"; readonly dry_run: boolean; readonly windows: RetentionWindows }
  | RefusedCollection;

/**
 * @throws PortError from every method, for what stores do; `clock_jump` where the clock is not to be trusted;
 *   `ledger_corrupt` where any stream cannot be read: what cannot be read may hold anything
 */
export interface Collecting {
  /** Phase one: condemns what nothing holds, and rescinds what is held again. */
  plan(options?: PlanOptions): Promise<PlanReport>;
  /** Phase two: plans again, and collects what was condemned long enough ago and may still go. */
  run(options?: CollectOptions): Promise<CollectReport>;
  /** Everything that was ever collected, by stream and record. */
  log(): AsyncIterable<CollectedList>;
  pin(request: PinRequest, options?: ActOptions): Promise<PinResult>;
  unpin(request: PinRequest, options?: ActOptions): Promise<PinResult>;
  /** Oldest first. */
  pins(): Promise<readonly Pin[]>;
  windows(): Promise<RetentionWindows>;
  lengthen(request: LengthenRequest, options?: ActOptions): Promise<LengthenResult>;
}
