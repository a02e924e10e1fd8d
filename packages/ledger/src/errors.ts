/** Every way in which a stream name, a record or a chain can be wrong. The code is public API. */
export const LEDGER_ERROR_MEANINGS = {
  stream_malformed: "A stream is `system` or `<tenant>/<environment>/<blueprint>` of three ids.",
  record_encoding: "The bytes are not canonical CBOR.",
  record_malformed: "A record lacks a field, has an unknown one, or has one of the wrong form.",
  record_newer: "A record was written by a newer version of this program.",
  record_too_large: "A record is larger than the limit; larger things are objects.",
  chain_stream: "A record belongs to another stream.",
  chain_seq: "A record's seq does not follow the one before it.",
  chain_prev: "A record does not name the hash of the one before it.",
  chain_time: "A record is older than the one before it.",
  rollout_id_malformed: "A rollout id is three ids and the seq of its first record, joined by `~`, in its own stream.",
  field_malformed: "A field of a record's body or of a structured object is missing, unknown or of the wrong form.",
  object_encoding: "A structured object is not canonical CBOR.",
  object_newer: "A structured object was written by a newer version of this program.",
  object_tag: "A structured object is not of the kind that was asked for.",
  tree_malformed: "The files of a directory are not relative paths, each once and in order.",
} as const;

export type LedgerErrorCode = keyof typeof LEDGER_ERROR_MEANINGS;

/** Bad input. `at` names a field, such as `actor.kind`, or for a chain `<stream>#<seq>`. */
export class LedgerError extends Error {
  override readonly name = "LedgerError";
  readonly code: LedgerErrorCode;
  readonly at: string;

  constructor(code: LedgerErrorCode, at: string, detail: string, cause?: unknown) {
    super(`${detail} (${code}${at === "" ? "" : ` at ${at}`})`, cause === undefined ? undefined : { cause });
    this.code = code;
    this.at = at;
  }
}
