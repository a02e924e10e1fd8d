/** Snapshots as objects, and back. What does not add up was not written by `makeSnapshot`, and is refused. */
import { type CborValue, compareUtf8, digestBytes, type Sha256 } from "@tau-edge/encoding";
import {
  type CommitObject,
  Fields,
  integerOf,
  LedgerError,
  makeCommitObject,
  readCommitObject,
} from "@tau-edge/ledger";
import { RolloutError } from "../errors.ts";
import { totalsOf } from "./counters.ts";
import { BUCKET_COUNT } from "./histogram.ts";
import { CHECK_OUTCOMES, type ExternalResult, type LaneEvidence, SNAPSHOT_SOURCES, type Snapshot } from "./snapshot.ts";
import { type SparseCounts, sumOfCounts } from "./sparse-counts.ts";
import type { WindowId } from "./window.ts";

const TAG = "metrics_snapshot_v1";

export function snapshotObject(snapshot: Snapshot, sha256: Sha256): CommitObject {
  const { id, lanes, checks, ...rest } = snapshot;
  const data = {
    ...rest,
    id: { ...id, release: digestBytes(id.release) },
    lanes: lanes.map((lane) => ({ ...lane })),
    checks: checks.map((check) => ({ ...check })),
  };
  return makeCommitObject(TAG, data, sha256);
}

/**
 * @throws LedgerError `object_encoding`, `object_tag`, `object_newer`, `field_malformed`
 * @throws RolloutError `snapshot_inconsistent`, `counter_overflow`
 */
export function readSnapshot(bytes: Uint8Array): Snapshot {
  const fields = new Fields(readCommitObject(TAG, bytes), TAG);
  const v = fields.version(1);
  const replay = fields.optional("replay", (key) => readReplay(fields.map(key)));
  const snapshot: Snapshot = {
    v,
    id: readId(fields.map("id")),
    source: fields.word("source", SNAPSHOT_SOURCES),
    opened_unix_ms: fields.integer("opened_unix_ms"),
    frozen_unix_ms: fields.integer("frozen_unix_ms"),
    lanes: fields.list("lanes", (lane, at) => readLane(new Fields(lane, at))),
    total: fields.integer("total"),
    failed: fields.integer("failed"),
    abandoned: fields.integer("abandoned"),
    ...(replay === undefined ? {} : { replay }),
    checks: fields.list("checks", (check, at) => readCheck(new Fields(check, at))),
  };
  fields.end();
  checkSnapshot(snapshot);
  return snapshot;
}

function readId(fields: Fields): WindowId {
  const id = {
    rollout_id: fields.text("rollout_id"),
    attempt: fields.integer("attempt", 1),
    stage: fields.integer("stage"),
    window: fields.integer("window"),
    release: fields.digest("release"),
  };
  fields.end();
  return id;
}

function readReplay(fields: Fields): { replays: number; failures: number } {
  const replay = { replays: fields.integer("replays"), failures: fields.integer("failures") };
  fields.end();
  return replay;
}

function readLane(fields: Fields): LaneEvidence {
  const first = fields.optional("first_unix_ms", (key) => fields.integer(key));
  const last = fields.optional("last_unix_ms", (key) => fields.integer(key));
  const lane = {
    lane: fields.text("lane"),
    ok: fields.integer("ok"),
    failed: fields.integer("failed"),
    ended: fields.integer("ended"),
    overdue: fields.integer("overdue"),
    latency: fields.list("latency", readRow),
    ...(first === undefined ? {} : { first_unix_ms: first }),
    ...(last === undefined ? {} : { last_unix_ms: last }),
  };
  fields.end();
  return lane;
}

function readRow(row: CborValue, at: string): SparseCounts[number] {
  if (!Array.isArray(row) || row.length !== 2)
    throw new LedgerError("field_malformed", at, "Expected a pair of bucket and count");
  return [integerOf(row[0], 0, `${at}[0]`), integerOf(row[1], 1, `${at}[1]`)];
}

function readCheck(fields: Fields): ExternalResult {
  const value = fields.optional("value_f64", (key) => fields.bytes(key, 8));
  const check = {
    check: fields.text("check"),
    outcome: fields.word("outcome", CHECK_OUTCOMES),
    ...(value === undefined ? {} : { value_f64: value }),
  };
  fields.end();
  return check;
}

function checkSnapshot(snapshot: Snapshot): void {
  const { source, lanes, checks, replay } = snapshot;
  if (snapshot.frozen_unix_ms < snapshot.opened_unix_ms)
    throw inconsistent("frozen_unix_ms", "Frozen before it opened");
  ascending(
    "lanes",
    lanes.map(({ lane }) => lane),
  );
  ascending(
    "checks",
    checks.map(({ check }) => check),
  );
  if (replay !== undefined && replay.failures > replay.replays)
    throw inconsistent("replay failures", "More failures than replays");
  lanes.forEach(checkLane);
  const totals = totalsOf(lanes);
  for (const field of ["total", "failed", "abandoned"] as const)
    if (snapshot[field] !== totals[field]) throw inconsistent(field, `The lanes add up to ${totals[field]}`);
  if (source !== "counted" && lanes.some((lane) => lane.ok + lane.failed + lane.ended + lane.overdue > 0))
    throw inconsistent("source", "Nothing was counted, and the lanes have counts");
}

function checkLane(lane: LaneEvidence, index: number): void {
  const at = `lanes[${index}]`;
  const { ok, failed, ended, latency, first_unix_ms: first, last_unix_ms: last } = lane;
  latency.forEach(([bucket], row) => {
    const before = latency[row - 1]?.[0] ?? -1;
    if (bucket <= before || bucket >= BUCKET_COUNT)
      throw inconsistent(`${at} latency[${row}]`, `Buckets ascend and stay below ${BUCKET_COUNT}`);
  });
  if (sumOfCounts(latency, `${at} latency`) !== ok) throw inconsistent(`${at} latency`, "Each success has a latency");
  if (ended > ok + failed) throw inconsistent(`${at} ended`, "More starts ended than there are ends");
  const isTimed = first !== undefined && last !== undefined && first <= last;
  const isUntimed = first === undefined && last === undefined;
  if (ok + failed > 0 ? !isTimed : !isUntimed)
    throw inconsistent(
      `${at} last_unix_ms`,
      "A lane with ends has the times of the first and the last, others have none",
    );
}

function ascending(list: "lanes" | "checks", names: readonly string[]): void {
  names.forEach((name, index) => {
    const before = names[index - 1];
    if (before !== undefined && compareUtf8(before, name) >= 0)
      throw inconsistent(`${list}[${index}]`, "Names ascend and occur once");
  });
}

function inconsistent(at: string, detail: string): RolloutError {
  return new RolloutError("snapshot_inconsistent", `${TAG} ${at}`, detail);
}
