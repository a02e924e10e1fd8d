/**
 * The whole state of a stream as an object, `CBOR(["checkpoint_v1", …])`. Who restores it and folds the records after
 * it is where the fold of all records leads. Nothing of it is optional that the state has: a checkpoint from which a
 * part is gone is refused, because whatever was made up in its place would decide differently.
 */
import { type CborValue, digestBytes, type Sha256 } from "@tau-edge/encoding";
import { type CommitObject, Fields, makeCommitObject, readCommitObject } from "@tau-edge/ledger";
import { checkState } from "./checkpoint-consistency.ts";
import { runFromCbor, runToCbor } from "./checkpoint-run.ts";
import type { Commit, Lock, StreamState } from "./state.ts";
import { releaseToCbor } from "./trace/draft-trace.ts";
import { readReleaseRef } from "./trace/read-trace.ts";
import { RUN_KINDS } from "./trace/trace-body.ts";

const TAG = "checkpoint_v1";

/** Its digest is S3's `checkpoint_hash`. */
export function checkpointObject(state: StreamState, sha256: Sha256): CommitObject {
  const { stream, next_seq, at_unix_ms, committed, run, lock } = state;
  const data: CborValue = {
    v: 1,
    stream,
    next_seq,
    at_unix_ms,
    committed: committed.map(commitToCbor),
    run: run === undefined ? null : runToCbor(run),
    lock: lock === undefined ? null : lockToCbor(lock),
  };
  return makeCommitObject(TAG, data, sha256);
}

/**
 * @throws LedgerError `object_*`, `field_malformed` for a part that is missing, unknown or of the wrong form
 * @throws RolloutError `checkpoint_incomplete` for parts that no records lead to together
 */
export function restoreCheckpoint(bytes: Uint8Array): StreamState {
  const fields = new Fields(readCommitObject(TAG, bytes), TAG);
  fields.version(1);
  const run = fields.nullable("run", (key) => runFromCbor(fields.map(key)));
  const lock = fields.nullable("lock", (key) => lockOf(fields.map(key)));
  const state: StreamState = {
    stream: fields.text("stream"),
    next_seq: fields.integer("next_seq"),
    at_unix_ms: fields.integer("at_unix_ms"),
    committed: fields.list("committed", commitOf),
    ...(run === undefined ? {} : { run }),
    ...(lock === undefined ? {} : { lock }),
  };
  fields.end();
  checkState(state);
  return state;
}

function commitToCbor(commit: Commit): CborValue {
  return {
    rollout_id: commit.rollout_id,
    attempt: commit.attempt,
    kind: commit.kind,
    target: releaseToCbor(commit.target),
    plan_hash: digestBytes(commit.plan_hash),
    environment_profile_hash: digestBytes(commit.environment_profile_hash),
    overridden: commit.overridden,
    at_unix_ms: commit.at_unix_ms,
    trace_tail_hash: digestBytes(commit.trace_tail_hash),
    checkpoint_hash: digestBytes(commit.checkpoint_hash),
    lineage_root_hash: digestBytes(commit.lineage_root_hash),
    wal_terminal_hash: digestBytes(commit.wal_terminal_hash),
  };
}

function commitOf(value: CborValue, at: string): Commit {
  const fields = new Fields(value, at);
  const commit: Commit = {
    rollout_id: fields.text("rollout_id"),
    attempt: fields.integer("attempt", 1),
    kind: fields.word("kind", RUN_KINDS),
    target: readReleaseRef(fields.map("target")),
    plan_hash: fields.digest("plan_hash"),
    environment_profile_hash: fields.digest("environment_profile_hash"),
    overridden: fields.flag("overridden"),
    at_unix_ms: fields.integer("at_unix_ms"),
    trace_tail_hash: fields.digest("trace_tail_hash"),
    checkpoint_hash: fields.digest("checkpoint_hash"),
    lineage_root_hash: fields.digest("lineage_root_hash"),
    wal_terminal_hash: fields.digest("wal_terminal_hash"),
  };
  fields.end();
  return commit;
}

function lockToCbor({ rollout_id, since_unix_ms, cleared }: Lock): CborValue {
  return { rollout_id, since_unix_ms, cleared: cleared === undefined ? null : digestBytes(cleared) };
}

function lockOf(fields: Fields): Lock {
  const cleared = fields.nullable("cleared", (key) => fields.digest(key));
  const lock = {
    rollout_id: fields.text("rollout_id"),
    since_unix_ms: fields.integer("since_unix_ms"),
    ...(cleared === undefined ? {} : { cleared }),
  };
  fields.end();
  return lock;
}
