/** Batches that share a transaction: what several of them change is read once and written once. */
import { addBatch, EMPTY_COUNTERS, type WindowCounters, type WindowId } from "@tau-edge/rollout";
import { admitReport, EMPTY_TALLY } from "./admission.ts";
import type { ReportOutcome, ReportRequest } from "./metric-windows.ts";
import type { SqlWindowRows, WindowRow } from "./window-rows.ts";

export class WindowBatches {
  readonly #rows: SqlWindowRows;
  readonly #batchesMax: number;
  readonly #windows = new Map<string, WindowRow>();
  readonly #shards = new Map<number, Map<string, WindowCounters>>();

  constructor(rows: SqlWindowRows, batchesMax: number) {
    this.#rows = rows;
    this.#batchesMax = batchesMax;
  }

  /**
   * Takes effect with `write`.
   * @throws PortError `reporter_cap`, `reports_full`: the batch changed nothing, the others of the group may go on
   */
  add(request: ReportRequest): ReportOutcome {
    const { id, shard, batch } = request;
    const rows = this.#rows;
    const found = this.#windows.get(keyOf(id)) ?? rows.window(id);
    if (found === undefined ? rows.isForgotten(id) : found.frozen_unix_ms !== undefined) {
      rows.addLate(id);
      return "late";
    }
    if (found !== undefined && rows.hasBatch(found.number, batch)) return "duplicate";
    const known = found === undefined ? EMPTY_TALLY : rows.tally(found.number, batch.reporter);
    const tally = admitReport(request, known, found?.batches ?? 0, this.#batchesMax);
    const window = found ?? rows.insertWindow(id);
    rows.insertBatch(window.number, batch);
    rows.putTally(window.number, batch.reporter, tally);
    this.#windows.set(keyOf(id), { ...window, batches: window.batches + 1 });
    this.#count(window.number, shard, request);
    return "added";
  }

  write(): void {
    for (const { number, batches } of this.#windows.values()) this.#rows.setBatches(number, batches);
    for (const [window, shards] of this.#shards)
      for (const [shard, counters] of shards) this.#rows.putShard(window, shard, counters);
  }

  #count(window: number, shard: string, { batch, arrived_unix_ms }: ReportRequest): void {
    const shards = this.#shards.get(window) ?? new Map<string, WindowCounters>();
    this.#shards.set(window, shards);
    const counters = shards.get(shard) ?? this.#rows.shard(window, shard) ?? EMPTY_COUNTERS;
    shards.set(shard, addBatch(counters, batch, arrived_unix_ms));
  }
}

function keyOf({ rollout_id, attempt, stage, window, release }: WindowId): string {
  return JSON.stringify([rollout_id, attempt, stage, window, release]);
}
