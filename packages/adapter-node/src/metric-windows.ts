/**
 * Counts observations in `<state-dir>/tau-edge/windows.db`. Batches that wait at the same time share one transaction, and
 * none of them is acknowledged before that transaction is on the disk.
 */
import type { DatabaseSync } from "node:sqlite";
import { setImmediate as nextTurn } from "node:timers/promises";
import {
  type FrozenWindow,
  type MetricWindows,
  type MetricWindowsReader,
  PortError,
  type ReportOutcome,
  type ReportRequest,
  SqlWindowRows,
  WINDOW_BATCHES_MAX,
  WindowWork,
} from "@tau-edge/ports";
import { progress, type WindowId, type WindowProgress } from "@tau-edge/rollout";
import type { DurableFiles } from "./durable-files.ts";
import { GROUP_BATCHES_MAX, WAITING_BATCHES_MAX } from "./limits.ts";
import { SqliteFile } from "./sqlite-file.ts";
import { WINDOWS, windowsPath } from "./window-tables.ts";
import { WritableSqliteFile } from "./writable-sqlite-file.ts";

export class SqliteMetricWindowsReader implements MetricWindowsReader {
  readonly #file: SqliteFile;

  constructor(stateDir: string, file: SqliteFile = new SqliteFile(windowsPath(stateDir), WINDOWS)) {
    this.#file = file;
  }

  async progress(id: WindowId, now_unix_ms: number, abandon_after_ms: number): Promise<WindowProgress> {
    const shards = await this.#file.read([], (database) => workOn(this.#file, database).counters(id));
    return progress(shards, now_unix_ms, abandon_after_ms);
  }

  async lateCount(rollout_id: string): Promise<number> {
    return this.#file.read(0, (database) => workOn(this.#file, database).lateCount(rollout_id));
  }

  async close(): Promise<void> {
    this.#file.close();
  }
}

export interface SqliteWindowsOptions {
  /** Of the state directory; shared with the other stores, so that a failed fsync of one stops them all. */
  readonly files: DurableFiles;
  readonly batches_max?: number;
}

interface Waiting {
  readonly request: ReportRequest;
  resolve(outcome: ReportOutcome): void;
  reject(error: unknown): void;
}

export class SqliteMetricWindows extends SqliteMetricWindowsReader implements MetricWindows {
  readonly #file: WritableSqliteFile;
  readonly #batchesMax: number;
  readonly #waiting: Waiting[] = [];
  #writing: Promise<void> | undefined;

  /** Nothing is opened before it is asked for; the first batch creates the file. */
  constructor({ files, batches_max = WINDOW_BATCHES_MAX }: SqliteWindowsOptions) {
    const file = new WritableSqliteFile(windowsPath(files.home), WINDOWS, files);
    super(files.home, file);
    this.#file = file;
    this.#batchesMax = batches_max;
  }

  async add(request: ReportRequest): Promise<ReportOutcome> {
    if (this.#waiting.length >= WAITING_BATCHES_MAX)
      throw new PortError("reports_full", this.#file.path, `${WAITING_BATCHES_MAX} batches wait to be written`, {
        remedy: "Send the batch again later, under the same id.",
      });
    const outcome = new Promise<ReportOutcome>((resolve, reject) => {
      this.#waiting.push({ request, resolve, reject });
    });
    this.#writing ??= this.#writeAll();
    return outcome;
  }

  async freeze(id: WindowId, frozen_unix_ms: number): Promise<FrozenWindow> {
    return this.#file.transaction(async (database) => workOn(this.#file, database).freeze(id, frozen_unix_ms));
  }

  async forget(id: WindowId): Promise<void> {
    await this.#file.transaction(async (database) => workOn(this.#file, database).forget(id));
  }

  /** Waits for the batches that were handed over before. */
  override async close(): Promise<void> {
    await this.#writing;
    await super.close();
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      // Lets those in that arrive together, and everybody else go on between two groups: a commit blocks the thread.
      await nextTurn();
      await this.#writeGroup(this.#waiting.splice(0, GROUP_BATCHES_MAX));
    }
    // Here and not when this promise is seen to be settled: who adds in between would wait for nobody.
    this.#writing = undefined;
  }

  async #writeGroup(group: readonly Waiting[]): Promise<void> {
    try {
      const answers = await this.#file.transaction(async (database) => {
        const batches = workOn(this.#file, database, this.#batchesMax).batches();
        const added = group.map((waiting) => answer(waiting, () => batches.add(waiting.request)));
        batches.write();
        return added;
      });
      for (const give of answers) give();
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }
}

function workOn(file: SqliteFile, database: DatabaseSync, batchesMax = WINDOW_BATCHES_MAX): WindowWork {
  const rows = new SqlWindowRows((sql, ...values) => file.statement(database, sql).all(...values), file.path);
  return new WindowWork(rows, batchesMax);
}

/** What is said once the transaction is on the disk. A refusal of one batch is no failure of the others. */
function answer({ resolve, reject }: Waiting, add: () => ReportOutcome): () => void {
  try {
    const outcome = add();
    return () => resolve(outcome);
  } catch (error) {
    if (error instanceof PortError && (error.code === "reporter_cap" || error.code === "reports_full"))
      return () => reject(error);
    throw error;
  }
}
