/**
 * Which objects may go: marks beside the ledger, and the deletion of what the ledger says is collected. A mark is no truth
 * of its own: a record was appended in the same transaction that says the same, and any record that names the object
 * afterwards takes the mark away.
 */
import type { Digest } from "@tau-edge/encoding";
import type { AppendRequest, AppendResult } from "./ledger-store.ts";
import type { ObjectInfo } from "./object-store.ts";

/** `condemned`: it may be collected after the grace. `collected`: the record of it stands, and its bytes are to go. */
export type ObjectMark = "condemned" | "collected";

export interface MarkedObject {
  readonly digest: Digest;
  readonly mark: ObjectMark;
  /** The record that said so. */
  readonly stream: string;
  readonly seq: number;
  readonly at_unix_ms: number;
}

export interface StoredObject extends ObjectInfo {
  /** When somebody stored it last, by the store's clock. */
  readonly renewed_unix_ms: number;
}

/** One record that names one object. */
export interface NamedObject {
  readonly digest: Digest;
  readonly stream: string;
  readonly seq: number;
}

export interface CollectionReader {
  /**
   * All stored objects, in pages sorted by digest. What is stored or goes meanwhile may be left out.
   * @throws PortError `object_corrupt` for what stands under an object's name and is no object
   */
  stored(): AsyncIterable<readonly StoredObject[]>;
  /** Each record that names an object, in pages sorted by digest, stream and seq. */
  named(): AsyncIterable<readonly NamedObject[]>;
  /** All marks, in pages sorted by digest. */
  marks(): AsyncIterable<readonly MarkedObject[]>;
  mark(digest: Digest): Promise<MarkedObject | undefined>;
  /**
   * The last `objects_collected` record that has the object in its list, however long ago; undefined when there is none,
   * and when a record named the object afterwards: it was stored then, so no collection explains why it is gone.
   */
  collectedBy(digest: Digest): Promise<{ readonly stream: string; readonly seq: number } | undefined>;
}

/** What must still be so when objects are collected. */
export interface CollectExpectation {
  /** The record of the same stream that condemned each of them. */
  readonly condemned_seq: number;
  /** The end of the `system` stream, which lengthens windows and pins releases, as it was when they were judged. */
  readonly system_seq: number;
}

export interface CollectionStore extends CollectionReader {
  /**
   * Appends as `LedgerStore.append` does, and in the same transaction marks the objects as condemned by the last record of
   * the request. An object that has a mark keeps it.
   * @throws what `LedgerStore.append` throws
   */
  condemn(append: AppendRequest, digests: readonly Digest[]): Promise<AppendResult>;
  /**
   * Appends, and in the same transaction turns the marks of the objects into collected ones.
   * @returns `overtaken`, and nothing is written, with those whose mark by that record is gone, or with none when the
   *   `system` stream has moved: judge again
   * @throws what `LedgerStore.append` throws
   */
  collect(append: AppendRequest, digests: readonly Digest[], expectation: CollectExpectation): Promise<CollectResult>;
  /** Removes the condemned marks of objects that are held again. Returns how many there were. */
  rescind(digests: readonly Digest[]): Promise<number>;
  /**
   * Removes the bytes of objects that are marked as collected, and then their marks, at most `objects_max` of them
   * (and at most SWEEP_OBJECTS_MAX). No record can be appended meanwhile. May die anywhere and be repeated.
   * @throws PortError `store_poisoned` when the disk does not say that they are gone, `store_unavailable`
   */
  sweep(objects_max: number): Promise<SweepResult>;
}

export type CollectResult = AppendResult | { readonly outcome: "overtaken"; readonly digests: readonly Digest[] };

export interface SweepResult {
  /** Objects whose bytes were there and are gone. */
  readonly removed: number;
  readonly size_bytes: number;
  /** Whether marked ones are left for another call. */
  readonly left: boolean;
}
