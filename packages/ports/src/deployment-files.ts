/** S1's files, written for people and scripts that read them: a projection of the ledger, never its source. */

import type { AdoptedCycles, BrowserDids, CycleMembers, DeliverableEntry, WithdrawnEntry } from "@tau-edge/contract";
import type { Digest } from "@tau-edge/encoding";

export interface DeliverableFiles {
  readonly blueprint_id: string;
  readonly artifact: Digest;
  readonly manifest: Digest;
}

/** The readable copy of one object of a deliverable. */
export interface DeliverableCopy {
  readonly blueprint_id: string;
  readonly artifact: Digest;
  readonly part: "artifact" | "manifest";
  /** Of what was copied. */
  readonly digest: Digest;
}

/** What the ledger knows, and up to where it was read. */
export interface LedgerDeliverables {
  /** Grows with every record: the number of records that were looked at. */
  readonly seq: number;
  /** Hash of the last of these records, 64 hex digits. */
  readonly record_hash?: string;
  readonly entries: readonly DeliverableEntry[];
  /** Entries that are to go where the file still has them: what they list was collected. */
  readonly withdrawn?: readonly WithdrawnEntry[];
}

export interface DeploymentFiles {
  /**
   * Refuses early, before anything is written, what `refresh` (and `link` of these files) would refuse later.
   * @param deliverables as for `refresh`; asked after the file was read, and only when it says how far it knows the ledger
   * @throws PortError `state_corrupt`, `state_newer`, `state_foreign`, `path_escapes`: the file is kept as it is
   */
  check(planned?: DeliverableFiles, deliverables?: () => Promise<LedgerDeliverables>): Promise<void>;
  /**
   * Makes `<output>/<blueprint>/<sha>.wasm` and `<sha>.manifest.json` (links to the objects, copies where links are
   * refused). They survive a power cut once `refresh` has returned. Idempotent. A manifest that this program wrote earlier is replaced; anything else that stands there with
   * other bytes is kept.
   * @throws PortError `path_escapes`, `state_foreign`, `object_condemned` (no such object), and what stores throw
   */
  link(files: DeliverableFiles): Promise<{ readonly artifact_path: string; readonly manifest_path: string }>;
  /**
   * Takes readable copies of collected objects away, under the same lock; what stands under such a name with other bytes
   * is kept. Idempotent.
   * @param copies called under the lock; must ask anew what is collected, and must not append
   * @returns how many there were
   * @throws PortError `path_escapes`, and what stores throw
   */
  unlink(copies: () => Promise<readonly DeliverableCopy[]>): Promise<number>;
  /**
   * Brings `state.json` up to the ledger: under one exclusive lock, only if the file is behind, unknown keys kept.
   * `deliverables` is called under the lock and must read the ledger anew; it must not append.
   * @throws PortError `state_corrupt`, `state_newer`, `state_foreign`, and what stores throw
   */
  refresh(deliverables: () => Promise<LedgerDeliverables>): Promise<void>;
  /**
   * Brings what a runner's cycles left in `state.json` up to the ledger, under the same lock, everything else kept as it
   * stands. `cycles` is called under the lock; what it iterates is read while the file is written. Of adopted cycles only
   * the stamp is written.
   * @throws PortError `state_corrupt`, `state_newer`, `state_foreign` (also for cycles that nobody has imported yet),
   *   and what stores throw
   */
  refreshCycles(cycles: () => Promise<CycleMembers | AdoptedCycles>): Promise<void>;
  /**
   * Brings the identities in `state.json` up to the ledger, under the same lock, everything else kept as it stands.
   * `dids` is called under the lock and must read the ledger anew; it must not append.
   * @throws PortError `state_corrupt`, `state_newer`, `state_foreign`, and what stores throw
   */
  refreshDids(dids: () => Promise<BrowserDids>): Promise<void>;
  /**
   * The bytes of `state.json` as they stand, however often it is replaced meanwhile.
   * @returns undefined when there is none
   * @throws PortError `state_corrupt` for what is no regular file of a size that is read, and what stores throw
   */
  contents(): Promise<AsyncIterable<Uint8Array> | undefined>;
}
