/** Reads the ledger from `<state-dir>/tau-edge/ledger.db`. A file that is not there yet is an empty ledger. */
import type { DatabaseSync } from "node:sqlite";
import type { Sha256 } from "@tau-edge/encoding";
import { emptyHead, type Head, type StoredRecord } from "@tau-edge/ledger";
import {
  type LedgerReader,
  READ_PAGE_RECORDS_MAX,
  type StoredRow,
  type StreamEnd,
  verifyHead,
  verifyRows,
} from "@tau-edge/ports";
import { brokenParts } from "./database-faults.ts";
import { LEDGER, ledgerPath } from "./ledger-tables.ts";
import { pragma } from "./sqlite-database.ts";
import { blob, SqliteFile } from "./sqlite-file.ts";

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

export class SqliteLedgerReader implements LedgerReader {
  readonly sha256: Sha256;
  readonly file: SqliteFile;

  /** As of the last write of another connection; there may be thousands, and readers ask for each unknown digest. */
  #ends: { readonly version: number; readonly database: DatabaseSync; readonly ends: readonly StreamEnd[] } | undefined;

  constructor(stateDir: string, sha256: Sha256, file: SqliteFile = new SqliteFile(ledgerPath(stateDir), LEDGER)) {
    this.sha256 = sha256;
    this.file = file;
  }

  get path(): string {
    return this.file.path;
  }

  async streams(): Promise<readonly string[]> {
    return this.file.read([], (database) =>
      this.file
        .statement(database, STREAMS)
        .all()
        .map(({ stream }) => String(stream)),
    );
  }

  async ends(): Promise<readonly StreamEnd[]> {
    return this.file.read([], (database) => {
      // Asked before the ends: a write between the two makes the next call ask again.
      const version = Number(this.file.statement(database, "PRAGMA data_version").get()?.["data_version"]);
      if (this.#ends?.version === version && this.#ends.database === database) return this.#ends.ends;
      const ends = this.file
        .statement(database, ENDS)
        .all()
        .map(({ stream, seq, hash }) => ({ stream: String(stream), seq: Number(seq), hash: blob(hash) }));
      this.#ends = { version, database, ends };
      return ends;
    });
  }

  async head(stream: string): Promise<Head> {
    return this.file.read(emptyHead(stream, this.sha256), (database) => this.headIn(database, stream));
  }

  async read(stream: string, from: number, limit: number): Promise<readonly StoredRecord[]> {
    const wanted = Math.min(limit, READ_PAGE_RECORDS_MAX);
    const first = Math.max(0, from);
    if (wanted <= 0) return [];
    return this.file.read([], (database) => {
      // With the row before the page, whose hash the page continues.
      const rows = this.file.statement(database, PAGE).all(stream, first - 1, first === 0 ? wanted : wanted + 1);
      return verifyRows(rows.map(toRow), first, stream, this.sha256);
    });
  }

  /** A number that changes when another connection has written. */
  async dataVersion(): Promise<number> {
    return this.file.read(0, (database) => pragma(database, "data_version"));
  }

  /** Reads every page of the file. Returns what SQLite finds wrong, which is nothing in a sound file. */
  async integrityProblems(): Promise<readonly string[]> {
    return this.file.read([], brokenParts);
  }

  close(): void {
    this.file.close();
  }

  /** SQLite's version of the data counts what other connections write; this one has to say so itself. */
  protected forgetEnds(): void {
    this.#ends = undefined;
  }

  protected headIn(database: DatabaseSync, stream: string): Head {
    return verifyHead(this.file.statement(database, LAST_TWO).all(stream).map(toRow).reverse(), stream, this.sha256);
  }
}

function toRow(row: Record<string, unknown>): StoredRow {
  return { seq: Number(row["seq"]), bytes: blob(row["bytes"]), hash: blob(row["hash"]) };
}
