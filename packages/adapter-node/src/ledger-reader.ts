/** Reads the ledger from `<state-dir>/tau-edge/ledger.db`. A file that is not there yet is an empty ledger. */
import { lstat } from "node:fs/promises";
import { resolve } from "node:path";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { type Digest, digestOf, type Sha256 } from "@tau-edge/encoding";
import { emptyHead, type Head, type StoredRecord } from "@tau-edge/ledger";
import {
  type LedgerReader,
  PortError,
  READ_PAGE_RECORDS_MAX,
  type StoredRow,
  type StreamEnd,
  verifyHead,
  verifyRows,
} from "@tau-edge/ports";
import { fileError } from "./durable-files.ts";
import { posixCode } from "./file-system.ts";
import { openForReading, patiently, pragma } from "./sqlite-database.ts";

/** Loose index scan: one step of the index for each stream, instead of one for each record. */
const FOUND = `
  WITH RECURSIVE found(stream) AS (
    SELECT min(stream) FROM record
    UNION ALL
    SELECT (SELECT min(stream) FROM record WHERE stream > found.stream) FROM found WHERE found.stream IS NOT NULL
  )`;
const STREAMS = `${FOUND} SELECT stream FROM found WHERE stream IS NOT NULL`;
const ENDS = `${FOUND}
  SELECT record.stream, seq, hash FROM found JOIN record
  ON record.stream = found.stream AND seq = (SELECT max(seq) FROM record WHERE stream = found.stream)
  ORDER BY record.stream`;
const LAST_TWO = "SELECT seq, bytes, hash FROM record WHERE stream = ? ORDER BY seq DESC LIMIT 2";
const PAGE = "SELECT seq, bytes, hash FROM record WHERE stream = ? AND seq >= ? ORDER BY seq LIMIT ?";

export function ledgerPath(stateDir: string): string {
  return resolve(stateDir, "tau-edge", "ledger.db");
}

/** Which record names which object. */
export interface NamedObject {
  readonly digest: Digest;
  readonly stream: string;
  readonly seq: number;
}

export class SqliteLedgerReader implements LedgerReader {
  readonly path: string;
  readonly sha256: Sha256;
  /** Open once the file is there. */
  protected connection: DatabaseSync | undefined;
  #connecting: Promise<DatabaseSync | undefined> | undefined;
  /** What was asked before is asked again: preparing it anew costs as much as running it. */
  readonly #statements = new WeakMap<DatabaseSync, Map<string, StatementSync>>();

  /** As of the last write of another connection; there may be thousands, and readers ask for each unknown digest. */
  #ends: { readonly version: number; readonly database: DatabaseSync; readonly ends: readonly StreamEnd[] } | undefined;

  constructor(stateDir: string, sha256: Sha256) {
    this.path = ledgerPath(stateDir);
    this.sha256 = sha256;
  }

  async streams(): Promise<readonly string[]> {
    return this.#read([], (database) =>
      this.statement(database, STREAMS)
        .all()
        .map(({ stream }) => String(stream)),
    );
  }

  async ends(): Promise<readonly StreamEnd[]> {
    return this.#read([], (database) => {
      // Asked before the ends: a write between the two makes the next call ask again.
      const version = Number(this.statement(database, "PRAGMA data_version").get()?.["data_version"]);
      if (this.#ends?.version === version && this.#ends.database === database) return this.#ends.ends;
      const ends = this.statement(database, ENDS)
        .all()
        .map(({ stream, seq, hash }) => ({ stream: String(stream), seq: Number(seq), hash: blob(hash) }));
      this.#ends = { version, database, ends };
      return ends;
    });
  }

  async head(stream: string): Promise<Head> {
    return this.#read(emptyHead(stream, this.sha256), (database) => this.headIn(database, stream));
  }

  async read(stream: string, from: number, limit: number): Promise<readonly StoredRecord[]> {
    const wanted = Math.min(limit, READ_PAGE_RECORDS_MAX);
    const first = Math.max(0, from);
    if (wanted <= 0) return [];
    return this.#read([], (database) => {
      // With the row before the page, whose hash the page continues.
      const rows = this.statement(database, PAGE).all(stream, first - 1, first === 0 ? wanted : wanted + 1);
      return verifyRows(rows.map(toRow), first, stream, this.sha256);
    });
  }

  /** Every object that some record names, in no order that means anything. */
  async namedObjects(): Promise<readonly NamedObject[]> {
    return this.#read([], (database) =>
      database
        .prepare("SELECT digest, stream, seq FROM named_object")
        .all()
        .map((row) => ({
          digest: digestOf(blob(row["digest"])),
          stream: String(row["stream"]),
          seq: Number(row["seq"]),
        })),
    );
  }

  /** A number that changes when another connection has written. */
  async dataVersion(): Promise<number> {
    return this.#read(0, (database) => pragma(database, "data_version"));
  }

  /** Reads every page of the file. Returns what SQLite finds wrong, which is nothing in a sound file. */
  async integrityProblems(): Promise<readonly string[]> {
    return this.#read([], (database) =>
      database
        .prepare("PRAGMA integrity_check(100)")
        .all()
        .map((row) => String(row["integrity_check"]))
        .filter((line) => line !== "ok"),
    );
  }

  close(): void {
    this.connection?.close();
    this.connection = undefined;
  }

  /** SQLite's version of the data counts what other connections write; this one has to say so itself. */
  protected forgetEnds(): void {
    this.#ends = undefined;
  }

  /** A statement of this text, prepared once for each connection. */
  protected statement(database: DatabaseSync, sql: string): StatementSync {
    const prepared = this.#statements.get(database) ?? new Map<string, StatementSync>();
    this.#statements.set(database, prepared);
    const known = prepared.get(sql) ?? database.prepare(sql);
    prepared.set(sql, known);
    return known;
  }

  protected headIn(database: DatabaseSync, stream: string): Head {
    return verifyHead(this.statement(database, LAST_TWO).all(stream).map(toRow).reverse(), stream, this.sha256);
  }

  async #read<T>(empty: T, query: (database: DatabaseSync) => T): Promise<T> {
    const database = await this.#connect();
    if (database === undefined) return empty;
    return patiently(this.path, () => query(this.connection ?? database));
  }

  async #connect(): Promise<DatabaseSync | undefined> {
    if (this.connection !== undefined) return this.connection;
    this.#connecting ??= this.#openIfThere().finally(() => {
      this.#connecting = undefined;
    });
    return this.#connecting;
  }

  async #openIfThere(): Promise<DatabaseSync | undefined> {
    if (!(await this.isThere())) return undefined;
    const opened = await openForReading(this.path);
    // A writer may have been faster; its connection serves readers too.
    if (this.connection !== undefined) opened?.close();
    this.connection ??= opened;
    return this.connection;
  }

  /** Whether there is a ledger: its file is empty between its creation and the first write. */
  protected async isThere(): Promise<boolean> {
    try {
      const found = await lstat(this.path);
      // SQLite would wait for the other end of a FIFO, and follow a link to wherever it leads.
      if (!found.isFile())
        throw new PortError("ledger_corrupt", this.path, "It is not a file", { remedy: "Move it aside." });
      return found.size > 0;
    } catch (error) {
      if (posixCode(error) === "ENOENT") return false;
      throw fileError(error, this.path);
    }
  }
}

function toRow(row: Record<string, unknown>): StoredRow {
  return { seq: Number(row["seq"]), bytes: blob(row["bytes"]), hash: blob(row["hash"]) };
}

function blob(value: unknown): Uint8Array {
  // STRICT tables give nothing else; a file that does is not one that we wrote.
  return value instanceof Uint8Array ? value : new Uint8Array(0);
}
