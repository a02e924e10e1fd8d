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
export { type CommitObject, commitHash, makeCommitObject, readCommitObject } from "./commit-object.ts";
export { LEDGER_ERROR_MEANINGS, LedgerError, type LedgerErrorCode } from "./errors.ts";
export { Fields, integerOf, textOf } from "./fields.ts";
export { CLOCK_AHEAD_MS_MAX, CLOCK_BEHIND_MS_MAX, RECORD_BYTES_MAX } from "./limits.ts";
export type { Actor, Head, LedgerRecord, RecordDraft, StoredRecord } from "./record.ts";
export { decodeRecord, encodeRecord, genesisHash, recordHash } from "./record-codec.ts";
export {
  type BlueprintStream,
  formatStream,
  isStreamId,
  isStreamName,
  parseStream,
  SYSTEM_STREAM,
} from "./stream.ts";
