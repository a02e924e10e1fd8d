/** Windows in a map. Stores that share the map are processes that share a disk. */
import { compareUtf8 } from "@tau-edge/encoding";
import {
  admitReport,
  compareWindows,
  describeWindow,
  EMPTY_TALLY,
  type FrozenWindow,
  type MetricWindows,
  PortError,
  type ReporterTally,
  type ReportOutcome,
  type ReportRequest,
  WINDOW_BATCHES_MAX,
  type WindowPosition,
} from "@tau-edge/ports";
import {
  addBatch,
  EMPTY_COUNTERS,
  progress,
  type WindowCounters,
  type WindowId,
  type WindowProgress,
} from "@tau-edge/rollout";
import { Faults } from "./faults.ts";

/** One arm of a rollout: a release and what is known of its windows beyond those that are there. */
interface Arm {
  readonly windows: Map<string, Window>;
  late: number;
  forgotten?: WindowPosition;
}

interface Window {
  readonly shards: Map<string, WindowCounters>;
  readonly batches: Set<string>;
  readonly tallies: Map<string, ReporterTally>;
  frozen_unix_ms?: number;
}

export type MemoryArms = Map<string, Map<string, Arm>>;

export interface MemoryWindowsOptions {
  /** By rollout and release; may be shared. */
  readonly arms?: MemoryArms;
  readonly faults?: Faults;
  readonly batches_max?: number;
}

export class MemoryMetricWindows implements MetricWindows {
  readonly arms: MemoryArms;
  readonly #faults: Faults;
  readonly #batchesMax: number;

  constructor(options: MemoryWindowsOptions = {}) {
    this.arms = options.arms ?? new Map();
    this.#faults = options.faults ?? new Faults();
    this.#batchesMax = options.batches_max ?? WINDOW_BATCHES_MAX;
  }

  async add(request: ReportRequest): Promise<ReportOutcome> {
    const { id, shard, batch } = request;
    const found = this.#window(id);
    if (found?.frozen_unix_ms !== undefined || this.#isForgotten(id)) return this.#addLate(id);
    const window = found ?? emptyWindow();
    const batchKey = JSON.stringify([batch.reporter, batch.batch_id]);
    if (window.batches.has(batchKey)) return "duplicate";
    const known = window.tallies.get(batch.reporter) ?? EMPTY_TALLY;
    const tally = admitReport(request, known, window.batches.size, this.#batchesMax);
    const counters = addBatch(window.shards.get(shard) ?? EMPTY_COUNTERS, batch, request.arrived_unix_ms);
    return this.#faults.write(describeWindow(id), () => {
      window.shards.set(shard, counters);
      window.batches.add(batchKey);
      window.tallies.set(batch.reporter, tally);
      this.#armOf(id).windows.set(windowKey(id), window);
      return "added";
    });
  }

  async progress(id: WindowId, now_unix_ms: number, abandon_after_ms: number): Promise<WindowProgress> {
    const shards = [...(this.#window(id)?.shards.values() ?? [])];
    return progress(shards, now_unix_ms, abandon_after_ms);
  }

  async freeze(id: WindowId, frozen_unix_ms: number): Promise<FrozenWindow> {
    if (this.#isForgotten(id))
      throw new PortError("window_forgotten", describeWindow(id), "Its snapshot is recorded", {
        remedy: "Read the ledger again.",
      });
    const window = this.#window(id) ?? emptyWindow();
    if (window.frozen_unix_ms !== undefined) return frozen(window, window.frozen_unix_ms);
    return this.#faults.write(describeWindow(id), () => {
      window.frozen_unix_ms = frozen_unix_ms;
      window.batches.clear();
      window.tallies.clear();
      this.#armOf(id).windows.set(windowKey(id), window);
      return frozen(window, frozen_unix_ms);
    });
  }

  async lateCount(rollout_id: string): Promise<number> {
    const arms = this.arms.get(rollout_id)?.values() ?? [];
    return [...arms].reduce((sum, { late }) => sum + late, 0);
  }

  async forget(id: WindowId): Promise<void> {
    const window = this.#window(id);
    if (window === undefined) return;
    if (window.frozen_unix_ms === undefined)
      throw new RangeError(`freeze ${describeWindow(id)} before it is forgotten`);
    this.#faults.write(describeWindow(id), () => {
      const arm = this.#armOf(id);
      arm.windows.delete(windowKey(id));
      if (arm.forgotten === undefined || compareWindows(arm.forgotten, id) < 0) arm.forgotten = id;
    });
  }

  #addLate(id: WindowId): "late" {
    return this.#faults.write(describeWindow(id), () => {
      this.#armOf(id).late += 1;
      return "late";
    });
  }

  #window(id: WindowId): Window | undefined {
    return this.arms.get(id.rollout_id)?.get(id.release)?.windows.get(windowKey(id));
  }

  /** Whether the window is not there because it was forgotten: it, or one after it. */
  #isForgotten(id: WindowId): boolean {
    const arm = this.arms.get(id.rollout_id)?.get(id.release);
    if (arm?.forgotten === undefined || arm.windows.has(windowKey(id))) return false;
    return compareWindows(id, arm.forgotten) <= 0;
  }

  #armOf({ rollout_id, release }: WindowId): Arm {
    const arms = this.arms.get(rollout_id) ?? new Map<string, Arm>();
    this.arms.set(rollout_id, arms);
    const arm = arms.get(release) ?? { windows: new Map(), late: 0 };
    arms.set(release, arm);
    return arm;
  }
}

function emptyWindow(): Window {
  return { shards: new Map(), batches: new Set(), tallies: new Map() };
}

function windowKey({ attempt, stage, window }: WindowId): string {
  return `${attempt}/${stage}/${window}`;
}

function frozen({ shards }: Window, frozen_unix_ms: number): FrozenWindow {
  const sorted = [...shards].sort(([a], [b]) => compareUtf8(a, b));
  return { frozen_unix_ms, shards: sorted.map(([shard, counters]) => ({ shard, counters })) };
}
