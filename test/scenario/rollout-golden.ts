/** What is in a state directory that a rollout was told in, and what an undisturbed process left there. */
import { openStateReader, type StateReader } from "@tau-edge/adapter-node";
import type { StoredRecord } from "@tau-edge/ledger";
import { READ_PAGE_RECORDS_MAX } from "@tau-edge/ports";
import { readSnapshot, readTrace, type Snapshot, type TraceDocument, traceOf, type WindowId } from "@tau-edge/rollout";
import type { RolloutAcknowledged } from "./rollout-saying.ts";
import { STREAM, WINDOW_OBSERVATIONS } from "./rollout-story.ts";

export const OBJECT_BYTES_MAX = 1e6;

/** What an undisturbed process left behind. */
export interface Golden {
  readonly records: readonly StoredRecord[];
  /** Last seqs of its appends. */
  readonly ends: ReadonlySet<number>;
  readonly pointers: ReadonlyMap<string, Uint8Array>;
  readonly rollout_ids: readonly string[];
  readonly traces: ReadonlyMap<string, TraceDocument>;
  /** By the acknowledgement, who ended how. */
  readonly statuses: ReadonlyMap<string, string>;
  readonly windows: number;
}

/** @throws Error where the undisturbed run does not prove what it should */
export async function goldenOf(stateDir: string, said: readonly RolloutAcknowledged[]): Promise<Golden> {
  const state = openStateReader(stateDir);
  const records = await recordsIn(state);
  const snapshots = await snapshotsIn(state, records);
  const counted = snapshots.filter(({ total }) => total === WINDOW_OBSERVATIONS);
  const statuses = new Map(said.flatMap((what) => (what.said === "ended" ? [[what.rollout_id, what.status]] : [])));
  const rollout_ids = [...statuses.keys()];
  const golden = {
    records,
    ends: new Set(said.flatMap((what) => (what.said === "records" && what.stream === STREAM ? [what.seq] : []))),
    pointers: await pointersIn(state),
    rollout_ids,
    traces: new Map(rollout_ids.map((id) => [id, traceOf(records, id)])),
    statuses,
    windows: snapshots.length,
  };
  await state.close();
  const ends = [...statuses.values()].join(" ");
  if (ends !== "success success rolled_back") throw new Error(`it ended otherwise: ${ends}`);
  if (counted.length !== snapshots.length || golden.pointers.size !== 2) throw new Error("its evidence is not whole");
  return golden;
}

export function nameOf({ rollout_id, attempt, stage, window, release }: WindowId): string {
  return [rollout_id, attempt, stage, window, release.slice(7, 15)].join(" ");
}

export async function recordsIn({ ledger }: StateReader): Promise<readonly StoredRecord[]> {
  const records: StoredRecord[] = [];
  for (;;) {
    const page = await ledger.read(STREAM, records.length, READ_PAGE_RECORDS_MAX);
    if (page.length === 0) return records;
    records.push(...page);
  }
}

export async function pointersIn({ pointers }: StateReader): Promise<ReadonlyMap<string, Uint8Array>> {
  const found = new Map<string, Uint8Array>();
  for (const key of await pointers.list(STREAM)) found.set(key, (await pointers.read(key)) ?? new Uint8Array());
  return found;
}

export async function snapshotsIn(state: StateReader, records: readonly StoredRecord[]): Promise<readonly Snapshot[]> {
  const snapshots: Snapshot[] = [];
  for (const stored of records) {
    const body = readTrace(stored);
    if (body?.type !== "iter" || body.action !== "frozen") continue;
    for (const digest of [body.metrics_snapshot_hash, body.baseline_snapshot_hash]) {
      const bytes = digest && (await state.objects.read(digest, OBJECT_BYTES_MAX));
      if (bytes !== undefined) snapshots.push(readSnapshot(bytes));
    }
  }
  return snapshots;
}
