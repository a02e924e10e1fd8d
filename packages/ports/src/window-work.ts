/** What every adapter that counts observations in SQLite does alike, each method within one transaction. */
import type { WindowId } from "@tau-edge/rollout";
import { describeWindow } from "./admission.ts";
import { PortError } from "./errors.ts";
import type { FrozenWindow } from "./metric-windows.ts";
import { WindowBatches } from "./window-batches.ts";
import type { ShortCounters, SqlWindowRows } from "./window-rows.ts";

export class WindowWork {
  readonly #rows: SqlWindowRows;
  readonly #batchesMax: number;

  constructor(rows: SqlWindowRows, batchesMax: number) {
    this.#rows = rows;
    this.#batchesMax = batchesMax;
  }

  /** For one batch or many; they take effect with its `write`. */
  batches(): WindowBatches {
    return new WindowBatches(this.#rows, this.#batchesMax);
  }

  /** Of each shard, for `progress` of the rollout package. */
  counters(id: WindowId): readonly ShortCounters[] {
    const window = this.#rows.window(id);
    return window === undefined ? [] : this.#rows.countersWithoutLatency(window.number);
  }

  lateCount(rollout_id: string): number {
    return this.#rows.lateCount(rollout_id);
  }

  freeze(id: WindowId, frozen_unix_ms: number): FrozenWindow {
    const rows = this.#rows;
    const found = rows.window(id);
    if (found === undefined && rows.isForgotten(id))
      throw new PortError("window_forgotten", describeWindow(id), "Its snapshot is recorded", {
        remedy: "Read the ledger again.",
      });
    const { number, frozen_unix_ms: first } = found ?? rows.insertWindow(id);
    if (first === undefined) rows.close(number, frozen_unix_ms);
    return { frozen_unix_ms: first ?? frozen_unix_ms, shards: rows.shards(number) };
  }

  forget(id: WindowId): void {
    const found = this.#rows.window(id);
    if (found === undefined) return;
    if (found.frozen_unix_ms === undefined) throw new RangeError(`freeze ${describeWindow(id)} before it is forgotten`);
    this.#rows.forget(id, found.number);
  }
}
