/**
 * COMMITTED: one small object per rollout, created if absent after the record `finalize` and found under a name of its
 * own (S3 II.G, decisions 6). The bytes are canonical CBOR of `["committed_v1", {…}]`, so two pointers say the same
 * exactly when their bytes are equal.
 */
import { type CborValue, type Digest, digestBytes, encodeCbor } from "@tau-edge/encoding";
import { readCommitObject } from "./commit-object.ts";
import { LedgerError } from "./errors.ts";
import { Fields } from "./fields.ts";
import { formatRolloutId, parseRolloutId } from "./rollout-id.ts";

const TAG = "committed_v1";

export interface CommitPointer {
  readonly v: 1;
  readonly rollout_id: string;
  /** Record hash of the last `iter`. */
  readonly trace_tail_hash: Digest;
  /** The state before `finalize`, as an object. */
  readonly checkpoint_hash: Digest;
  readonly lineage_root_hash: Digest;
  /** Absent until there are certificates; a pointer without one stays valid for its date only. */
  readonly execution_certificate_hash?: Digest;
  /** Record hash of `finalize`. */
  readonly wal_terminal_hash: Digest;
}

/** @throws LedgerError `rollout_id_malformed` */
export function encodeCommitPointer(pointer: CommitPointer): Uint8Array<ArrayBuffer> {
  parseRolloutId(pointer.rollout_id);
  const data: { [key: string]: CborValue } = {
    v: pointer.v,
    rollout_id: pointer.rollout_id,
    trace_tail_hash: digestBytes(pointer.trace_tail_hash),
    checkpoint_hash: digestBytes(pointer.checkpoint_hash),
    lineage_root_hash: digestBytes(pointer.lineage_root_hash),
    wal_terminal_hash: digestBytes(pointer.wal_terminal_hash),
  };
  if (pointer.execution_certificate_hash !== undefined)
    data["execution_certificate_hash"] = digestBytes(pointer.execution_certificate_hash);
  return encodeCbor([TAG, data]);
}

/**
 * @param rollout_id whose pointer it was found as; the pointer of another rollout is refused
 * @throws LedgerError `object_encoding`, `object_tag`, `object_newer`, `field_malformed`
 */
export function readCommitPointer(bytes: Uint8Array, rollout_id: string): CommitPointer {
  const fields = new Fields(readCommitObject(TAG, bytes), TAG);
  const v = fields.version(1);
  const certificate = fields.optional("execution_certificate_hash", (key) => fields.digest(key));
  const pointer: CommitPointer = {
    v,
    rollout_id: fields.word("rollout_id", [rollout_id]),
    trace_tail_hash: fields.digest("trace_tail_hash"),
    checkpoint_hash: fields.digest("checkpoint_hash"),
    lineage_root_hash: fields.digest("lineage_root_hash"),
    wal_terminal_hash: fields.digest("wal_terminal_hash"),
    ...(certificate === undefined ? {} : { execution_certificate_hash: certificate }),
  };
  fields.end();
  return pointer;
}

/**
 * The name under which the pointer of a rollout is published: `<stream>/<rollout_id>`.
 * @throws LedgerError `rollout_id_malformed`, also when the rollout is of another stream
 */
export function pointerKey(stream: string, rollout_id: string): string {
  const place = parseRolloutId(rollout_id);
  if (place.stream !== stream)
    throw new LedgerError("rollout_id_malformed", "", `The rollout is of ${place.stream}, not of ${stream}`);
  return `${stream}/${rollout_id}`;
}

/**
 * What `pointerKey` made.
 * @throws LedgerError `rollout_id_malformed`
 */
export function parsePointerKey(key: string): {
  readonly stream: string;
  readonly rollout_id: string;
  readonly seq: number;
} {
  const rollout_id = key.slice(key.lastIndexOf("/") + 1);
  const { stream, seq } = parseRolloutId(rollout_id);
  if (`${stream}/${formatRolloutId({ stream, seq })}` !== key)
    throw new LedgerError("rollout_id_malformed", "", "A key is a stream and the id of one of its rollouts");
  return { stream, rollout_id, seq };
}
