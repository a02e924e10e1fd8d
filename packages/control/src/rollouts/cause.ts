/** Which record made it so, who caused it, and the evidence that it names. */
import { type Digest, toHex } from "@tau-edge/encoding";
import type { Actor, StoredRecord } from "@tau-edge/ledger";
import { namedObjects, type TraceBody } from "@tau-edge/rollout";

export interface Cause {
  readonly seq: number;
  /** 64 hex digits. */
  readonly record_hash: string;
  readonly at_unix_ms: number;
  readonly actor: Actor;
  readonly type: string;
  /** Of an `iter`. */
  readonly action?: string;
  readonly rollout_id?: string;
  /** Objects that it names: the preflight report that let it in, the gate report that stopped it, the report of its end. */
  readonly evidence: readonly Digest[];
}

export function causeOf({ record, hash }: StoredRecord, body: TraceBody): Cause {
  return {
    seq: record.seq,
    record_hash: toHex(hash),
    at_unix_ms: record.at_unix_ms,
    actor: record.actor,
    type: record.type,
    ...(body.type === "iter" ? { action: body.action } : {}),
    ...(body.type === "revalidated" ? {} : { rollout_id: body.rollout_id }),
    // It names no report of its own; the checkpoint is the state that it closes.
    evidence: body.type === "finalize" ? [body.checkpoint_hash] : namedObjects(body).map(({ digest }) => digest),
  };
}
