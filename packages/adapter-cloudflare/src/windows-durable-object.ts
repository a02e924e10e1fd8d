/**
 * The windows of one rollout in one Durable Object with SQLite storage: reporters of different rollouts never wait for each
 * other. It has no `fetch`: only code of the same Worker that holds the binding reaches it.
 */
import { DurableObject } from "cloudflare:workers";
import {
  type FrozenWindow,
  PortError,
  type ReportOutcome,
  type ReportRequest,
  type ShortCounters,
  SqlWindowRows,
  WINDOW_BATCHES_MAX,
  WINDOW_TABLES,
  WINDOWS_SCHEMA_VERSION,
  WindowWork,
} from "@tau-edge/ports";
import type { WindowId } from "@tau-edge/rollout";
import { answerWith, type DurableAnswer } from "./durable-answer.ts";

export class WindowsDurableObject extends DurableObject {
  readonly #sql: SqlStorage;
  /** 0 before the first write: whoever only asks leaves nothing behind, whatever they ask for. */
  #schemaVersion: number;

  constructor(state: DurableObjectState, env: Cloudflare.Env) {
    super(state, env);
    this.#sql = state.storage.sql;
    this.#schemaVersion = this.#storedVersion();
  }

  /** Of each shard; nothing of a window that is not there. */
  counters(id: WindowId): DurableAnswer<readonly ShortCounters[]> {
    return this.#read([], (work) => work.counters(id));
  }

  lateCount(rollout_id: string): DurableAnswer<number> {
    return this.#read(0, (work) => work.lateCount(rollout_id));
  }

  add(request: ReportRequest, batches_max: number): DurableAnswer<ReportOutcome> {
    return this.#write((work) => {
      const batches = work.batches();
      const outcome = batches.add(request);
      batches.write();
      return outcome;
    }, batches_max);
  }

  freeze(id: WindowId, frozen_unix_ms: number): DurableAnswer<FrozenWindow> {
    return this.#write((work) => work.freeze(id, frozen_unix_ms));
  }

  forget(id: WindowId): DurableAnswer<void> {
    return this.#schemaVersion === 0 ? { outcome: "ok", value: undefined } : this.#write((work) => work.forget(id));
  }

  #read<T>(empty: T, ask: (work: WindowWork) => T): DurableAnswer<T> {
    if (this.#schemaVersion === 0) return { outcome: "ok", value: empty };
    return answerWith(() => ask(this.#work(WINDOW_BATCHES_MAX)));
  }

  #write<T>(change: (work: WindowWork) => T, batchesMax = WINDOW_BATCHES_MAX): DurableAnswer<T> {
    return answerWith(() => {
      const value = this.ctx.storage.transactionSync(() => {
        if (this.#schemaVersion === 0) this.#createTables();
        return change(this.#work(batchesMax));
      });
      // Only now: a transaction that was rolled back took the tables with it.
      if (this.#schemaVersion === 0) this.#schemaVersion = WINDOWS_SCHEMA_VERSION;
      return value;
    });
  }

  #work(batchesMax: number): WindowWork {
    if (this.#schemaVersion > WINDOWS_SCHEMA_VERSION)
      throw new PortError("windows_newer", PLACE, `The windows have schema ${this.#schemaVersion}`);
    const run = (statement: string, ...values: unknown[]) => this.#sql.exec(statement, ...values).toArray();
    return new WindowWork(new SqlWindowRows(run, PLACE), batchesMax);
  }

  #createTables(): void {
    this.#sql.exec(WINDOW_TABLES);
    this.#sql.exec("CREATE TABLE schema (version INTEGER NOT NULL)");
    this.#sql.exec("INSERT INTO schema (version) VALUES (?)", WINDOWS_SCHEMA_VERSION);
  }

  #storedVersion(): number {
    const [table] = this.#sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'schema'").toArray();
    if (table === undefined) return 0;
    return this.#sql.exec<{ version: number }>("SELECT version FROM schema").one().version;
  }
}

const PLACE = "windows";
