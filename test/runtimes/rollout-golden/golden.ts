/** What is fixed of a story: enough that no byte of a record, an object or an answer can change unseen. */
import { type Digest, decodeCbor, digestOf, sha256, toHex, writeCanonicalJson } from "@tau-edge/encoding";
import { encodeCommitPointer } from "@tau-edge/ledger";
import {
  assignmentOf,
  checkpointObject,
  cohortBucket,
  readTrace,
  replay,
  resolve,
  type StreamState,
  type TraceBody,
  type TraceDocument,
  traceOf,
} from "@tau-edge/rollout";
import { STORIES } from "./stories.ts";
import type { Telling } from "./telling.ts";

export interface GoldenRecord {
  /** Type of the record; of an `iter` its action. */
  readonly step: string;
  /** 64 hex digits. */
  readonly hash: string;
  /** Over what is answered to a hundred keys after it. */
  readonly resolved: Digest;
}

export interface GoldenRollout {
  readonly trace: TraceDocument;
  readonly replay_token: Digest;
  readonly trace_root: Digest;
  /** Of what was committed. */
  readonly lineage_root?: Digest;
  /** Over the bytes of the COMMITTED pointer. */
  readonly committed_pointer?: Digest;
  /** Over the buckets of a thousand keys. */
  readonly cohort_buckets: Digest;
}

export interface GoldenStory {
  readonly records: readonly GoldenRecord[];
  /** By tag, in the order in which they were stored. */
  readonly objects: { readonly [tag: string]: readonly Digest[] };
  /** Of the state after the last record. */
  readonly checkpoint: Digest;
  readonly rollouts: { readonly [rollout_id: string]: GoldenRollout };
}

export interface RolloutGolden {
  readonly stories: { readonly [name: string]: GoldenStory };
}

export function goldenOfAll(): RolloutGolden {
  return { stories: Object.fromEntries(STORIES.map(({ name, tell }) => [name, goldenOf(tell("kept"))])) };
}

export function goldenOf(telling: Telling): GoldenStory {
  const ids = new Set(telling.records.map((stored) => rolloutOf(readTrace(stored))));
  return {
    records: goldenRecords(telling),
    objects: objectsByTag(telling),
    checkpoint: checkpointObject(telling.state, sha256).digest,
    rollouts: Object.fromEntries([...ids].map((id) => [id, goldenRollout(telling, id)])),
  };
}

const RESOLVED_KEYS = 100;
const COHORT_KEYS = 1_000;

function goldenRecords({ records, states }: Telling): readonly GoldenRecord[] {
  return records.map((stored, index) => {
    const body = readTrace(stored);
    const state = states[index];
    if (body === undefined || state === undefined) throw new TypeError("a story has records of rollouts only");
    const step = body.type === "iter" ? body.action : body.type;
    return { step, hash: toHex(stored.hash), resolved: resolvedBy(state) };
  });
}

function resolvedBy(state: StreamState): Digest {
  const assignment = assignmentOf(state);
  return digestOfJson(keys(RESOLVED_KEYS).map((version_key) => resolve(assignment, { version_key }, sha256)));
}

function objectsByTag({ objects }: Telling): GoldenStory["objects"] {
  const byTag = new Map<string, Digest[]>();
  for (const [digest, bytes] of objects) {
    const tag = tagOf(bytes);
    byTag.set(tag, [...(byTag.get(tag) ?? []), digest]);
  }
  return Object.fromEntries(byTag);
}

function tagOf(bytes: Uint8Array): string {
  const value = decodeCbor(bytes);
  const [tag] = Array.isArray(value) ? value : [];
  if (typeof tag !== "string") throw new TypeError("an object without a tag");
  return tag;
}

function goldenRollout(telling: Telling, rollout_id: string): GoldenRollout {
  const { stream, records, objects, state } = telling;
  const replayed = replay({ stream, rollout_id, records, objects, sha256 });
  if (replayed.result !== "same") throw new Error(`${rollout_id} is ${replayed.result} at ${replayed.field}`);
  const { replay_token, trace_root } = replayed;
  const trace = traceOf(records, rollout_id);
  const buckets = keys(COHORT_KEYS).map((key) => cohortBucket(rollout_id, key, sha256));
  const cohort_buckets = digestOfJson(buckets);
  const commit = state.committed.find((candidate) => candidate.rollout_id === rollout_id);
  if (commit === undefined) return { trace, replay_token, trace_root, cohort_buckets };
  const { trace_tail_hash, checkpoint_hash, lineage_root_hash, wal_terminal_hash } = commit;
  const hashes = { trace_tail_hash, checkpoint_hash, lineage_root_hash, wal_terminal_hash };
  const committed_pointer = digestOf(sha256(encodeCommitPointer({ v: 1, rollout_id, ...hashes })));
  return { trace, replay_token, trace_root, lineage_root: lineage_root_hash, committed_pointer, cohort_buckets };
}

function rolloutOf(body: TraceBody | undefined): string {
  if (body === undefined || body.type === "revalidated") throw new TypeError("a story has records of rollouts only");
  return body.rollout_id;
}

function keys(count: number): readonly string[] {
  return Array.from({ length: count }, (_, nth) => `user-${nth}`);
}

function digestOfJson(value: unknown): Digest {
  return digestOf(sha256(writeCanonicalJson(value)));
}
