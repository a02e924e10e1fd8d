/** Reads a database file. A file that is not there yet is an empty one. */
import { lstat } from "node:fs/promises";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { PortError } from "@tau-edge/ports";
import type { DatabaseKind } from "./database-kind.ts";
import { fileError } from "./durable-files.ts";
import { posixCode } from "./file-system.ts";
import { openForReading, patiently } from "./sqlite-database.ts";
import { sqliteError, sqliteProblem } from "./sqlite-error.ts";

export class SqliteFile {
  readonly path: string;
  readonly kind: DatabaseKind;
  /** Open once the file is there. */
  protected connection: DatabaseSync | undefined;
  #connecting: Promise<DatabaseSync | undefined> | undefined;
  /** What was asked before is asked again: preparing it anew costs as much as running it. */
  readonly #statements = new WeakMap<DatabaseSync, Map<string, StatementSync>>();

  constructor(path: string, kind: DatabaseKind) {
    this.path = path;
    this.kind = kind;
  }

  /** @returns what `query` finds, or `empty` while there is no database */
  async read<T>(empty: T, query: (database: DatabaseSync) => T): Promise<T> {
    const database = await this.#connect();
    if (database === undefined) return empty;
    return patiently(this.path, this.kind, () => query(this.connection ?? database));
  }

  /** As `read`, and at once when the file is open and nobody is in the way: for what every request asks. */
  look<T>(empty: T, query: (database: DatabaseSync) => T): T | Promise<T> {
    if (this.connection === undefined) return this.read(empty, query);
    try {
      return query(this.connection);
    } catch (error) {
      if (sqliteProblem(error) === "busy") return this.read(empty, query);
      throw sqliteError(error, this.path, this.kind);
    }
  }

  /** A statement of this text, prepared once for each connection. */
  statement(database: DatabaseSync, sql: string): StatementSync {
    const prepared = this.#statements.get(database) ?? new Map<string, StatementSync>();
    this.#statements.set(database, prepared);
    const known = prepared.get(sql) ?? database.prepare(sql);
    prepared.set(sql, known);
    return known;
  }

  /** Whether there is a database: its file is empty between its creation and the first write. */
  async isThere(): Promise<boolean> {
    try {
      const found = await lstat(this.path);
      // SQLite would wait for the other end of a FIFO, and follow a link to wherever it leads.
      if (!found.isFile())
        throw new PortError(this.kind.corrupt, this.path, "It is not a file", { remedy: "Move it aside." });
      return found.size > 0;
    } catch (error) {
      if (posixCode(error) === "ENOENT") return false;
      throw fileError(error, this.path);
    }
  }

  close(): void {
    this.connection?.close();
    this.connection = undefined;
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
    const opened = await openForReading(this.path, this.kind);
    // A writer may have been faster; its connection serves readers too.
    if (this.connection !== undefined) opened?.close();
    this.connection ??= opened;
    return this.connection;
  }
}

/** The bytes of a BLOB column. */
export function blob(value: unknown): Uint8Array {
  // STRICT tables give nothing else; a file that does is not one that we wrote.
  return value instanceof Uint8Array ? value : new Uint8Array(0);
}
