/**
 * Batches of observations, each acknowledged when it is on the disk, beside bare SQLite transactions of the same number
 * that write as many bytes.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { openMetricWindows } from "@tau-edge/adapter-node";
import type { MetricWindows, ReportRequest } from "@tau-edge/ports";
import type { ReportBatch, WindowId } from "@tau-edge/rollout";
import { type BenchRow, printRows } from "./row.ts";

/** So many observations in all, whatever the size of a batch. */
const OBSERVATIONS = 600_000;
const SIZES = [200, 1_000] as const;
const CALLERS = [1, 8] as const;
const BAR_OBSERVATIONS_PER_S = 100_000;
const WARM_UP_BATCHES = 200;
/** What a shard's histogram takes when its latencies are spread as here. */
const SHARD_BYTES = 3_500;
const ABANDON_AFTER_MS = 60_000;

const ID: WindowId = {
  rollout_id: "bench~prod~bench~0",
  attempt: 0,
  stage: 0,
  window: 0,
  release: `sha256:${"00".repeat(32)}`,
};

/** Latencies around a millisecond, over three octaves to each side: about a thousand buckets of the histogram. */
function batchOf(nth: number, observations: number): ReportBatch {
  let state = (nth + 1) * 2654435761;
  const ok_latency_us = Array.from({ length: observations }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.round(2 ** (7 + (state / 2 ** 32) * 6));
  });
  return { reporter: `reporter-${nth % 50}`, batch_id: `batch-${nth}`, ok_latency_us, failed: 0, started: 0, ended: 0 };
}

function requestOf(batch: ReportBatch, id: WindowId): ReportRequest {
  return { id, shard: "lane", batch, arrived_unix_ms: 1_800_000_000_000, reporter_observations_max: 10 ** 9 };
}

async function addAll(windows: MetricWindows, requests: readonly ReportRequest[], callers: number): Promise<number> {
  let next = 0;
  const start = performance.now();
  await Promise.all(
    Array.from({ length: callers }, async () => {
      for (let request = requests[next++]; request !== undefined; request = requests[next++])
        if ((await windows.add(request)) !== "added") throw new Error("a batch was not added");
    }),
  );
  return performance.now() - start;
}

async function ours(stateDir: string, batches: readonly ReportBatch[], callers: number): Promise<number> {
  const windows = openMetricWindows(stateDir);
  const warmUp = { ...ID, window: 1 };
  await addAll(
    windows,
    batches.slice(0, WARM_UP_BATCHES).map((batch) => requestOf(batch, warmUp)),
    callers,
  );
  const time_ms = await addAll(
    windows,
    batches.map((batch) => requestOf(batch, ID)),
    callers,
  );
  const { total } = await windows.progress(ID, 1_800_000_000_000, ABANDON_AFTER_MS);
  const sent = batches.reduce((sum, { ok_latency_us }) => sum + ok_latency_us.length, 0);
  if (total !== sent) throw new Error(`${sent} observations were sent and ${total} counted`);
  await windows.close();
  return time_ms;
}

/** One transaction a batch: its id is inserted and the row with the counters written. */
function bare(path: string, batches: readonly ReportBatch[]): number {
  const database = new DatabaseSync(path);
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
    CREATE TABLE batch (reporter TEXT, batch_id TEXT, PRIMARY KEY (reporter, batch_id)) WITHOUT ROWID;
    CREATE TABLE counter (number INTEGER PRIMARY KEY, ok INTEGER, bytes BLOB);
    INSERT INTO counter VALUES (1, 0, x'00')`);
  const insert = database.prepare("INSERT INTO batch VALUES (?, ?)");
  const update = database.prepare("UPDATE counter SET ok = ok + ?, bytes = ? WHERE number = 1");
  const counters = new Uint8Array(SHARD_BYTES);
  const add = ({ reporter, batch_id, ok_latency_us }: ReportBatch, prefix: string): void => {
    database.exec("BEGIN IMMEDIATE");
    insert.run(reporter, prefix + batch_id);
    update.run(ok_latency_us.length, counters);
    database.exec("COMMIT");
  };
  for (const batch of batches.slice(0, WARM_UP_BATCHES)) add(batch, "warm-up-");
  const start = performance.now();
  for (const batch of batches) add(batch, "");
  const time_ms = performance.now() - start;
  database.close();
  return time_ms;
}

export async function bench(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const size of SIZES) {
    const batches = Array.from({ length: OBSERVATIONS / size }, (_, nth) => batchOf(nth, size));
    for (const callers of CALLERS) {
      const scratch = mkdtempSync(join(tmpdir(), "tau-edge-bench-"));
      const perSecond = (time_ms: number) => (OBSERVATIONS / time_ms) * 1_000;
      const baseline_figure = perSecond(bare(join(scratch, "bare.db"), batches));
      const figure = perSecond(await ours(join(scratch, "state"), batches, callers));
      rmSync(scratch, { recursive: true, force: true });
      rows.push({
        name: `durable batches of ${size}, ${callers === 1 ? "one caller" : `${callers} callers`}`,
        figure,
        unit: "observations/s",
        baseline: "bare SQLite transactions",
        baseline_figure,
        ratio: figure / baseline_figure,
        bar: `>= ${BAR_OBSERVATIONS_PER_S.toLocaleString("en")}`,
        pass: figure >= BAR_OBSERVATIONS_PER_S,
      });
    }
  }
  return rows;
}

if (import.meta.main) printRows(await bench());
