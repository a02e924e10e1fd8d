/** The record `migrated` of the stream `system`: a store was brought to another schema, and what was kept for its undo. */
import { type Digest, digestBytes } from "@tau-edge/encoding";
import type { Actor, RecordDraft, StoredRecord } from "@tau-edge/ledger";
import { readFields } from "../record-fields.ts";

export const MIGRATED = "migrated";

export interface MigratedFacts {
  readonly store: "ledger";
  /** Schemas. */
  readonly from: number;
  readonly to: number;
  /** Of the state directory before. */
  readonly tree_hash: Digest;
  /** Where the undo is kept: `tau-edge/undo/<number>`. */
  readonly undo: number;
  /** Of the document there. */
  readonly undo_hash: Digest;
}

export function draftMigrated({ tree_hash, undo_hash, ...facts }: MigratedFacts, actor: Actor): RecordDraft {
  const body = { ...facts, tree_hash: digestBytes(tree_hash), undo_hash: digestBytes(undo_hash) };
  return { type: MIGRATED, actor, body };
}

/** @throws PortError `ledger_corrupt` when a field is missing or of another type */
export function readMigrated(stored: StoredRecord): MigratedFacts {
  const fields = readFields(stored);
  return {
    store: fields.word("store", ["ledger"]),
    from: fields.count("from"),
    to: fields.count("to"),
    tree_hash: fields.digest("tree_hash"),
    undo: fields.count("undo"),
    undo_hash: fields.digest("undo_hash"),
  };
}
