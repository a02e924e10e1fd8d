/** What a collection asks of a state directory: objects on the disk, names and marks in the ledger. */
import type { DatabaseSync } from "node:sqlite";
import { type Digest, digestBytes, digestOf } from "@tau-edge/encoding";
import type { CollectionReader, MarkedObject, NamedObject, StoredObject } from "@tau-edge/ports";
import type { FileSystem } from "./file-system.ts";
import type { SqliteLedgerReader } from "./ledger-reader.ts";
import { COLLECTION_PAGE_ROWS } from "./limits.ts";
import { pragma } from "./sqlite-database.ts";
import { blob } from "./sqlite-file.ts";
import { storedObjects } from "./stored-objects.ts";

/** In the order of their index, from the last row of the page before: each page is one step into it. */
const NAMED = `SELECT digest, stream, seq FROM named_object WHERE (digest, stream, seq) > (?, ?, ?)
  ORDER BY digest, stream, seq LIMIT ${COLLECTION_PAGE_ROWS}`;
const MARKS = `SELECT digest, mark, stream, seq, at_unix_ms FROM object_mark WHERE digest > ?
  ORDER BY digest LIMIT ${COLLECTION_PAGE_ROWS}`;
const MARK = "SELECT digest, mark, stream, seq, at_unix_ms FROM object_mark WHERE digest = ?";
const COLLECTED_BY = `SELECT stream, seq FROM collected_object WHERE digest = ?
  ORDER BY at_unix_ms DESC, stream DESC, seq DESC LIMIT 1`;

/** Those that walk a whole table. */
export const COLLECTION_PAGES_SQL = [NAMED, MARKS] as const;

/** The version that brought the tables of marks; a file without them has no marks. */
const MARKS_VERSION = 2;

export class SqliteCollectionReader implements CollectionReader {
  readonly #ledger: SqliteLedgerReader;
  readonly #stateDir: string;
  readonly #fs: FileSystem;

  constructor(ledger: SqliteLedgerReader, stateDir: string, fs: FileSystem) {
    this.#ledger = ledger;
    this.#stateDir = stateDir;
    this.#fs = fs;
  }

  stored(): AsyncIterable<readonly StoredObject[]> {
    return storedObjects(this.#stateDir, this.#fs);
  }

  async *named(): AsyncGenerator<readonly NamedObject[]> {
    const { file } = this.#ledger;
    let last: readonly [Uint8Array, string, number] = [new Uint8Array(0), "", -1];
    for (;;) {
      const rows = await file.read([], (database) => file.statement(database, NAMED).all(...last));
      const end = rows.at(-1);
      if (end === undefined) return;
      last = [blob(end["digest"]), String(end["stream"]), Number(end["seq"])];
      yield rows.map(toNamed);
    }
  }

  async *marks(): AsyncGenerator<readonly MarkedObject[]> {
    let last = new Uint8Array(0);
    for (;;) {
      const rows = await this.#ask(MARKS, last);
      const end = rows.at(-1);
      if (end === undefined) return;
      last = new Uint8Array(blob(end["digest"]));
      yield rows.map(toMarked);
    }
  }

  async mark(digest: Digest): Promise<MarkedObject | undefined> {
    const [row] = await this.#ask(MARK, digestBytes(digest));
    return row && toMarked(row);
  }

  async collectedBy(digest: Digest): Promise<{ readonly stream: string; readonly seq: number } | undefined> {
    const [row] = await this.#ask(COLLECTED_BY, digestBytes(digest));
    return row && { stream: String(row["stream"]), seq: Number(row["seq"]) };
  }

  async #ask(sql: string, digest: Uint8Array): Promise<readonly Record<string, unknown>[]> {
    const { file } = this.#ledger;
    return file.read([], (database) => (hasMarks(database) ? file.statement(database, sql).all(digest) : []));
  }
}

function hasMarks(database: DatabaseSync): boolean {
  return pragma(database, "user_version") >= MARKS_VERSION;
}

function toNamed(row: Record<string, unknown>): NamedObject {
  return { digest: digestOf(blob(row["digest"])), stream: String(row["stream"]), seq: Number(row["seq"]) };
}

function toMarked(row: Record<string, unknown>): MarkedObject {
  const mark = row["mark"] === "collected" ? "collected" : "condemned";
  return { ...toNamed(row), mark, at_unix_ms: Number(row["at_unix_ms"]) };
}
