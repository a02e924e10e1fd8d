/** What happened, and is it still true? Hash-chained records. */
export {
  emptyHead,
  headOf,
  type SealRequest,
  type SealResult,
  sealDrafts,
  verifyChain,
  verifyRecord,
} from "./chain.ts";
export {
  type HeldObject,
  HOLD_REASON_MEANINGS,
  type Holding,
  type HoldReason,
  OBJECT_REASON_MEANINGS,
  type ObjectJudgement,
  type ObjectReason,
} from "./collection-holding.ts";
export { HoldingIndex, type JudgedObject, type OrphanTime } from "./collection-index.ts";
export { type CommitObject, commitHash, makeCommitObject, readCommitObject } from "./commit-object.ts";
export {
  type CommitPointer,
  encodeCommitPointer,
  parsePointerKey,
  pointerKey,
  readCommitPointer,
} from "./commit-pointer.ts";
export { LEDGER_ERROR_MEANINGS, LedgerError, type LedgerErrorCode } from "./errors.ts";
export { Fields, integerOf, textOf } from "./fields.ts";
export { CLOCK_AHEAD_MS_MAX, CLOCK_BEHIND_MS_MAX, COMMIT_POINTER_BYTES_MAX, RECORD_BYTES_MAX } from "./limits.ts";
export type { Actor, Head, LedgerRecord, RecordDraft, StoredRecord } from "./record.ts";
export { decodeRecord, encodeRecord, genesisHash, recordHash } from "./record-codec.ts";
export {
  FINALIZE_FACTS,
  HEAD_FACTS,
  POINTER_FACTS,
  pointerFact,
  RECOVERY_MEANINGS,
  RECOVERY_TABLE,
  type RecoveryAction,
  type RecoveryCode,
  type RecoveryFacts,
  type RecoveryRow,
  recoveryOf,
} from "./recovery.ts";
export { isRetentionClass, RETENTION_CLASSES, RETENTION_MS, type RetentionClass } from "./retention.ts";
export {
  COLLECTION_GRACE_MS_MIN,
  isRetentionTerm,
  lengthenWindow,
  RETENTION_TERMS,
  RETENTION_WINDOW_MS_MAX,
  RETENTION_WINDOWS_MS,
  type RetentionTerm,
  type RetentionWindows,
  refuseWindow,
} from "./retention-windows.ts";
export { formatRolloutId, parseRolloutId, type RolloutPlace } from "./rollout-id.ts";
export {
  type BlueprintStream,
  formatStream,
  isStreamId,
  isStreamName,
  parseStream,
  SYSTEM_STREAM,
} from "./stream.ts";
export { isTreePath, type RunningTreeHash, startTreeHash, type TreeEntry, treeHash } from "./tree-hash.ts";
