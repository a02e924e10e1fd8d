/** The record `backup_drilled` of the stream `system`: somebody restored a backup elsewhere, and what came of it. */
import { type Digest, digestBytes } from "@tau-edge/encoding";
import type { Actor, RecordDraft } from "@tau-edge/ledger";

export const BACKUP_DRILLED = "backup_drilled";

export interface DrillFacts {
  readonly result: "passed" | "failed";
  /** Of the backup; absent where its document could not be read. */
  readonly tree_hash?: Digest;
  /** The first fault: its code, and the file, record or rollout. */
  readonly code?: string;
  readonly at?: string;
  readonly streams: number;
  readonly records: number;
  readonly objects: number;
  /** Rollouts whose verdicts came out the same. */
  readonly replayed: number;
  /** Keys that were answered the same. */
  readonly keys: number;
  /** The procedure that the drill followed. */
  readonly restore_procedure_hash: Digest;
}

/** A file of somebody else's disk may have a long name. */
const AT_CHARS_MAX = 200;

export function draftBackupDrilled(facts: DrillFacts, actor: Actor): RecordDraft {
  const { tree_hash, restore_procedure_hash, at, ...rest } = facts;
  return {
    type: BACKUP_DRILLED,
    actor,
    body: {
      ...rest,
      ...(at === undefined ? {} : { at: at.slice(0, AT_CHARS_MAX) }),
      ...(tree_hash === undefined ? {} : { tree_hash: digestBytes(tree_hash) }),
      restore_procedure_hash: digestBytes(restore_procedure_hash),
    },
  };
}
