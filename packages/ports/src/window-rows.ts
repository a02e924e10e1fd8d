/** The rows of windows in SQLite: on Node, on Deno and in a Durable Object alike. */
import type { ReportBatch, WindowCounters, WindowId } from "@tau-edge/rollout";
import { compareWindows, EMPTY_TALLY, type ReporterTally } from "./admission.ts";
import type { Sql } from "./directory-sql.ts";
import type { SqlRow } from "./directory-values.ts";
import { decodePairs, encodePairs } from "./window-pairs.ts";

const WINDOW = `SELECT number, batches, frozen_unix_ms FROM window
  WHERE rollout_id = ? AND release = ? AND attempt = ? AND stage = ? AND window = ?`;
const INSERT_WINDOW = `INSERT INTO window (rollout_id, release, attempt, stage, window, batches)
  VALUES (?, ?, ?, ?, ?, 0) RETURNING number`;
const SHARD_FACTS = "shard, ok, failed, ended, first_unix_ms, last_unix_ms, starts";
const UPSERT_SHARD = `INSERT INTO shard
  (window, shard, ok, failed, ended, first_unix_ms, last_unix_ms, starts, latency) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET ok = excluded.ok, failed = excluded.failed, ended = excluded.ended,
  first_unix_ms = excluded.first_unix_ms, last_unix_ms = excluded.last_unix_ms,
  starts = excluded.starts, latency = excluded.latency`;
const UPSERT_TALLY = `INSERT INTO tally (window, reporter, ends, starts, ended) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET ends = excluded.ends, starts = excluded.starts, ended = excluded.ended`;
const FORGOTTEN = `SELECT forgotten_attempt AS attempt, forgotten_stage AS stage, forgotten_window AS window
  FROM arm WHERE rollout_id = ? AND release = ? AND forgotten_attempt IS NOT NULL`;
const ADD_LATE = `INSERT INTO arm (rollout_id, release, late) VALUES (?, ?, 1)
  ON CONFLICT DO UPDATE SET late = late + 1`;
const FORGET = `INSERT INTO arm
  (rollout_id, release, late, forgotten_attempt, forgotten_stage, forgotten_window) VALUES (?, ?, 0, ?, ?, ?)
  ON CONFLICT DO UPDATE SET forgotten_attempt = excluded.forgotten_attempt,
  forgotten_stage = excluded.forgotten_stage, forgotten_window = excluded.forgotten_window`;

export interface WindowRow {
  readonly number: number;
  readonly batches: number;
  readonly frozen_unix_ms?: number;
}

export interface ShardRow {
  readonly shard: string;
  readonly counters: WindowCounters;
}

/** Without the histogram, which is large and which nobody needs who only looks on. */
export type ShortCounters = Omit<WindowCounters, "latency">;

export class SqlWindowRows {
  readonly #sql: Sql;
  readonly #place: string;

  /** @param place for `at` of errors */
  constructor(sql: Sql, place: string) {
    this.#sql = sql;
    this.#place = place;
  }

  window(id: WindowId): WindowRow | undefined {
    const [row] = this.#sql(WINDOW, ...keyOf(id));
    if (row === undefined) return undefined;
    const known = { number: Number(row["number"]), batches: Number(row["batches"]) };
    return row["frozen_unix_ms"] === null ? known : { ...known, frozen_unix_ms: Number(row["frozen_unix_ms"]) };
  }

  insertWindow(id: WindowId): WindowRow {
    const [row] = this.#sql(INSERT_WINDOW, ...keyOf(id));
    return { number: Number(row?.["number"]), batches: 0 };
  }

  setBatches(window: number, batches: number): void {
    this.#sql("UPDATE window SET batches = ? WHERE number = ?", batches, window);
  }

  /** From now on nothing is added: what tells duplicates from others is not needed any more. */
  close(window: number, frozen_unix_ms: number): void {
    this.#sql("UPDATE window SET frozen_unix_ms = ? WHERE number = ?", frozen_unix_ms, window);
    this.#sql("DELETE FROM batch WHERE window = ?", window);
    this.#sql("DELETE FROM tally WHERE window = ?", window);
  }

  /** Whether the window, which is not there, was let go of: it, or one after it. */
  isForgotten(id: WindowId): boolean {
    const [row] = this.#sql(FORGOTTEN, id.rollout_id, id.release);
    if (row === undefined) return false;
    const last = { attempt: Number(row["attempt"]), stage: Number(row["stage"]), window: Number(row["window"]) };
    return compareWindows(id, last) <= 0;
  }

  /** @param id of a window that is there */
  forget(id: WindowId, window: number): void {
    this.#sql("DELETE FROM shard WHERE window = ?", window);
    this.#sql("DELETE FROM window WHERE number = ?", window);
    if (!this.isForgotten(id)) this.#sql(FORGET, id.rollout_id, id.release, id.attempt, id.stage, id.window);
  }

  addLate({ rollout_id, release }: WindowId): void {
    this.#sql(ADD_LATE, rollout_id, release);
  }

  lateCount(rollout_id: string): number {
    const [row] = this.#sql("SELECT total(late) AS late FROM arm WHERE rollout_id = ?", rollout_id);
    return Number(row?.["late"]);
  }

  hasBatch(window: number, { reporter, batch_id }: ReportBatch): boolean {
    const sql = "SELECT 1 FROM batch WHERE window = ? AND reporter = ? AND batch_id = ?";
    return this.#sql(sql, window, reporter, batch_id).length > 0;
  }

  insertBatch(window: number, { reporter, batch_id }: ReportBatch): void {
    this.#sql("INSERT INTO batch (window, reporter, batch_id) VALUES (?, ?, ?)", window, reporter, batch_id);
  }

  tally(window: number, reporter: string): ReporterTally {
    const sql = "SELECT ends, starts, ended FROM tally WHERE window = ? AND reporter = ?";
    const [row] = this.#sql(sql, window, reporter);
    if (row === undefined) return EMPTY_TALLY;
    return { ends: Number(row["ends"]), starts: Number(row["starts"]), ended: Number(row["ended"]) };
  }

  putTally(window: number, reporter: string, { ends, starts, ended }: ReporterTally): void {
    this.#sql(UPSERT_TALLY, window, reporter, ends, starts, ended);
  }

  /** Sorted by name. */
  shards(window: number): readonly ShardRow[] {
    const sql = `SELECT ${SHARD_FACTS}, latency FROM shard WHERE window = ? ORDER BY shard`;
    return this.#sql(sql, window).map((row) => ({ shard: String(row["shard"]), counters: this.#counters(row) }));
  }

  /** Of all shards, in no order that means anything. */
  countersWithoutLatency(window: number): readonly ShortCounters[] {
    return this.#sql(`SELECT ${SHARD_FACTS} FROM shard WHERE window = ?`, window).map((row) => this.#short(row));
  }

  shard(window: number, shard: string): WindowCounters | undefined {
    const sql = `SELECT ${SHARD_FACTS}, latency FROM shard WHERE window = ? AND shard = ?`;
    const [row] = this.#sql(sql, window, shard);
    return row === undefined ? undefined : this.#counters(row);
  }

  putShard(window: number, shard: string, counters: WindowCounters): void {
    const { ok, failed, ended, first_unix_ms = null, last_unix_ms = null } = counters;
    const blobs = [encodePairs(counters.starts), encodePairs(counters.latency)];
    this.#sql(UPSERT_SHARD, window, shard, ok, failed, ended, first_unix_ms, last_unix_ms, ...blobs);
  }

  #counters(row: SqlRow): WindowCounters {
    return { ...this.#short(row), latency: decodePairs(row["latency"], this.#place) };
  }

  #short(row: SqlRow): ShortCounters {
    const { first_unix_ms, last_unix_ms } = row;
    return {
      ok: Number(row["ok"]),
      failed: Number(row["failed"]),
      ended: Number(row["ended"]),
      starts: decodePairs(row["starts"], this.#place),
      ...(typeof first_unix_ms === "number" ? { first_unix_ms } : {}),
      ...(typeof last_unix_ms === "number" ? { last_unix_ms } : {}),
    };
  }
}

function keyOf({
  rollout_id,
  release,
  attempt,
  stage,
  window,
}: WindowId): readonly [string, string, number, number, number] {
  return [rollout_id, release, attempt, stage, window];
}
