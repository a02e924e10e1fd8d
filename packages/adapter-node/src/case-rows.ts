/** The rows of an open case book, within the transaction that holds its lock. */
import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from "node:sqlite";
import { type DeploymentHealth, readHealth, writeHealth } from "@tau-edge/contract";
import { decodeUtf8, encodeUtf8 } from "@tau-edge/encoding";
import { type BookedCase, type CyclePosition, type OpenCaseBook, PortError, type StagedCase } from "@tau-edge/ports";
import { STAGE, STAGE_ORDER } from "./case-book-tables.ts";
import { BOOK_CACHE_KIB, BOOK_PAGE_ROWS } from "./limits.ts";
import { blob, type SqliteFile } from "./sqlite-file.ts";

const SET_POSITION = `INSERT INTO position (only, seq, record_hash) VALUES (1, ?, ?)
  ON CONFLICT DO UPDATE SET seq = excluded.seq, record_hash = excluded.record_hash`;
const DROP_OLDEST_KEYS = `DELETE FROM processed WHERE number IN
  (SELECT number FROM processed ORDER BY number LIMIT ?)`;
const INSERT_STAGED = `INSERT INTO temp.stage (place, case_id, blueprint_id, deploy_target, trimmed_id, raw)
  VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (trimmed_id) DO NOTHING`;
const STAGED_AFTER = `SELECT * FROM temp.stage WHERE (case_id, blueprint_id, deploy_target, place) > (?, ?, ?, ?)
  ORDER BY case_id, blueprint_id, deploy_target, place LIMIT ${BOOK_PAGE_ROWS}`;
const PUT = `INSERT OR REPLACE INTO booked (identity, case_key, blueprint_id, applied, record) VALUES (?, ?, ?, ?, ?)`;
const BOOKED = "SELECT identity, case_key, blueprint_id, applied, record FROM booked";
const DROP_FAILURE = "DELETE FROM booked WHERE identity = ? AND applied = 0";
/** The rollout, or else the failure. */
const FIRST = "ORDER BY applied DESC LIMIT 1";
const BY_KEY = `ORDER BY case_key LIMIT ${BOOK_PAGE_ROWS}`;
/** Before every text: no text has fewer bytes than none, and every place in a fixture comes after this one. */
const START = [new Uint8Array(0), new Uint8Array(0), new Uint8Array(0), -1] as const;

type Row = Record<string, SQLOutputValue>;

export class CaseRows implements OpenCaseBook {
  readonly #file: SqliteFile;
  readonly #database: DatabaseSync;
  #keys = 0;
  #ended = false;

  constructor(file: SqliteFile, database: DatabaseSync) {
    this.#file = file;
    this.#database = database;
  }

  begin(): void {
    this.#exec(`PRAGMA cache_size = -${BOOK_CACHE_KIB}; ${STAGE}`);
    this.clearStage();
    this.#keys = Number(this.#sql("SELECT count(*) AS n FROM processed").get()?.["n"]);
  }

  end(): void {
    this.#ended = true;
  }

  position(): CyclePosition | undefined {
    const row = this.#sql("SELECT seq, record_hash FROM position").get();
    return row && { seq: Number(row["seq"]), record_hash: String(row["record_hash"]) };
  }

  setPosition({ seq, record_hash }: CyclePosition): void {
    this.#sql(SET_POSITION).run(seq, record_hash);
  }

  health(): DeploymentHealth {
    const rows = this.#sql("SELECT field, value FROM health").all();
    const health = readHealth(Object.fromEntries(rows.map((row) => [String(row["field"]), Number(row["value"])])));
    if (typeof health !== "string") return health;
    throw new PortError("book_corrupt", `${this.#file.path} health.${health}`, "It is no counter", {
      remedy: "Move the file aside: the next cycle makes it anew from the ledger.",
    });
  }

  setHealth(health: DeploymentHealth): void {
    this.#sql("DELETE FROM health").run();
    const insert = this.#sql("INSERT INTO health (field, value) VALUES (?, ?)");
    for (const [field, value] of Object.entries(writeHealth(health))) insert.run(field, value);
  }

  clearStage(): void {
    this.#exec("DROP INDEX IF EXISTS temp.stage_order; DELETE FROM temp.stage");
  }

  stage({ index, case_id, blueprint_id, deploy_target, trimmed_id, raw }: StagedCase): boolean {
    const texts = [case_id, blueprint_id, deploy_target, trimmed_id].map(encodeUtf8);
    return Number(this.#sql(INSERT_STAGED).run(index, ...texts, raw).changes) === 1;
  }

  *staged(): Iterable<StagedCase> {
    this.#exec(STAGE_ORDER);
    let after: readonly SQLInputValue[] = START;
    for (;;) {
      const page = this.#sql(STAGED_AFTER).all(...after);
      for (const row of page) yield stagedOf(row);
      const last = page.at(-1);
      if (last === undefined) return;
      after = [blob(last["case_id"]), blob(last["blueprint_id"]), blob(last["deploy_target"]), Number(last["place"])];
    }
  }

  hasKey(key: string): boolean {
    return this.#sql("SELECT 1 FROM processed WHERE key = ?").get(encodeUtf8(key)) !== undefined;
  }

  addKey(key: string): void {
    const { changes } = this.#sql("INSERT OR IGNORE INTO processed (key) VALUES (?)").run(encodeUtf8(key));
    this.#keys += Number(changes);
  }

  dropKey(key: string): void {
    const { changes } = this.#sql("DELETE FROM processed WHERE key = ?").run(encodeUtf8(key));
    this.#keys -= Number(changes);
  }

  trimKeys(cap: number): void {
    if (this.#keys <= cap) return;
    this.#sql(DROP_OLDEST_KEYS).run(this.#keys - cap);
    this.#keys = cap;
  }

  *keys(): Iterable<string> {
    const sql = `SELECT number, key FROM processed WHERE number > ? ORDER BY number LIMIT ${BOOK_PAGE_ROWS}`;
    let after = 0;
    for (;;) {
      const page = this.#sql(sql).all(after);
      for (const row of page) yield text(row["key"]);
      if (page.length === 0) return;
      after = Number(page.at(-1)?.["number"]);
    }
  }

  keyCount(): number {
    return this.#keys;
  }

  booked(identity: string): BookedCase | undefined {
    const row = this.#sql(`${BOOKED} WHERE identity = ? ${FIRST}`).get(encodeUtf8(identity));
    return row && bookedOf(row);
  }

  bookedByKey(case_key: string): BookedCase | undefined {
    const row = this.#sql(`${BOOKED} WHERE applied IN (0, 1) AND case_key = ? ${FIRST}`).get(encodeUtf8(case_key));
    return row && bookedOf(row);
  }

  put({ identity, case_key, blueprint_id, applied, record }: BookedCase): void {
    const [bytes, key, name] = [encodeUtf8(identity), encodeUtf8(case_key), encodeUtf8(blueprint_id)];
    if (applied) this.#sql(DROP_FAILURE).run(bytes);
    this.#sql(PUT).run(bytes, key, name, applied ? 1 : 0, encodeUtf8(record));
  }

  applied(): Iterable<BookedCase> {
    return this.#byKey(`${BOOKED} WHERE applied = 1 AND case_key > ? ${BY_KEY}`);
  }

  failed(): Iterable<BookedCase> {
    return this.#byKey(`${BOOKED} WHERE applied = 0 AND case_key > ? ${BY_KEY}`);
  }

  appliedOf(blueprint_id: string): Iterable<BookedCase> {
    const sql = `${BOOKED} WHERE applied = 1 AND blueprint_id = ? AND case_key > ? ${BY_KEY}`;
    return this.#byKey(sql, encodeUtf8(blueprint_id));
  }

  clear(): void {
    for (const table of ["position", "health", "processed", "booked"]) this.#sql(`DELETE FROM ${table}`).run();
    this.#keys = 0;
  }

  /** A page at a time: a cursor that somebody left open would outlive the transaction. */
  *#byKey(sql: string, ...fixed: readonly Uint8Array[]): Iterable<BookedCase> {
    let after = new Uint8Array(0);
    for (;;) {
      const page = this.#sql(sql).all(...fixed, after);
      for (const row of page) yield bookedOf(row);
      if (page.length === 0) return;
      after = new Uint8Array(blob(page.at(-1)?.["case_key"]));
    }
  }

  #exec(sql: string): void {
    this.#open().exec(sql);
  }

  #sql(sql: string): StatementSync {
    return this.#file.statement(this.#open(), sql);
  }

  #open(): DatabaseSync {
    if (this.#ended) throw new Error("the case book was closed when its work ended");
    return this.#database;
  }
}

function stagedOf(row: Row): StagedCase {
  return {
    index: Number(row["place"]),
    case_id: text(row["case_id"]),
    blueprint_id: text(row["blueprint_id"]),
    deploy_target: text(row["deploy_target"]),
    trimmed_id: text(row["trimmed_id"]),
    raw: blob(row["raw"]),
  };
}

function bookedOf(row: Row): BookedCase {
  return {
    identity: text(row["identity"]),
    case_key: text(row["case_key"]),
    blueprint_id: text(row["blueprint_id"]),
    applied: row["applied"] === 1,
    record: text(row["record"]),
  };
}

function text(value: SQLOutputValue | undefined): string {
  return decodeUtf8(blob(value));
}
