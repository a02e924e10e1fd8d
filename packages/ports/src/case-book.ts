/** Which cases were done, what they left, and how the deployment is: a projection of the ledger that can be made anew. */
import type { DeploymentHealth } from "@tau-edge/contract";

/** The record of the ledger that the book has followed so far. */
export interface CyclePosition {
  readonly seq: number;
  /** 64 hex digits. */
  readonly record_hash: string;
}

/** A case of the fixture that is being read. Its three texts are as the fixture has them: they say in which order. */
export interface StagedCase {
  /** Its place in the fixture. */
  readonly index: number;
  readonly case_id: string;
  readonly blueprint_id: string;
  readonly deploy_target: string;
  readonly trimmed_id: string;
  /** The JSON text of the case. */
  readonly raw: Uint8Array;
}

/** Of an identity the rollout that was applied last, or what went wrong since. */
export interface BookedCase {
  /** The first six parts of the key: a new digest replaces the old one's row. */
  readonly identity: string;
  readonly case_key: string;
  readonly blueprint_id: string;
  readonly applied: boolean;
  /** JSON text of the rollout record, or of the failed case, as `state.json` has it. */
  readonly record: string;
}

export interface CaseBook {
  /**
   * Runs `work` alone: no other process and no other work of this one is inside, awaits of `work` included. What it wrote
   * stays when it resolves, and nothing of it when it rejects or the process dies. The book is not to be used after that.
   * `work` must not ask for the book again: it would wait for itself.
   * @throws PortError `book_corrupt`, `book_newer`, `store_full`, `store_poisoned`, `store_unavailable`; and what `work` throws
   */
  exclusively<T>(work: (book: OpenCaseBook) => Promise<T>): Promise<T>;
}

/**
 * Texts are ordered by their UTF-8 bytes. What iterates is read while it is asked for and never held whole: take it to
 * its end, or leave it, before the next change of what it reads.
 */
export interface OpenCaseBook {
  /** undefined: nothing was followed yet, or the book is new. */
  position(): CyclePosition | undefined;
  setPosition(position: CyclePosition): void;
  health(): DeploymentHealth;
  setHealth(health: DeploymentHealth): void;

  /** The stage is empty when `work` begins, and gone when it ends. */
  clearStage(): void;
  /** @returns false when the trimmed id is staged already: nothing was added */
  stage(row: StagedCase): boolean;
  /** By case_id, blueprint_id and deploy_target, then by index. */
  staged(): Iterable<StagedCase>;

  hasKey(key: string): boolean;
  /** A key that is there already keeps its place. */
  addKey(key: string): void;
  /** One that is not there is none. */
  dropKey(key: string): void;
  /** Drops the oldest keys until no more than `cap` are left. */
  trimKeys(cap: number): void;
  /** In the order in which they were added. */
  keys(): Iterable<string>;
  keyCount(): number;

  /** The rollout, or else the failure. */
  booked(identity: string): BookedCase | undefined;
  bookedByKey(case_key: string): BookedCase | undefined;
  /**
   * A rollout takes the place of the rollout of the same identity, and of its failure; a failure only that of a failure:
   * what was applied before is still there. No two rollouts have the same key, and no two failures.
   */
  put(row: BookedCase): void;
  /** By case_key, as the two below. */
  applied(): Iterable<BookedCase>;
  failed(): Iterable<BookedCase>;
  appliedOf(blueprint_id: string): Iterable<BookedCase>;

  /** Empties everything but the stage, before the book is made anew from the ledger. */
  clear(): void;
}
