/** Writes a database file: one transaction at a time, on the disk before it is acknowledged. */
import { dirname } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { PortError } from "@tau-edge/ports";
import type { DatabaseKind } from "./database-kind.ts";
import type { DurableFiles } from "./durable-files.ts";
import { keepPrivate } from "./private-file.ts";
import { openForWriting, patiently, rollback } from "./sqlite-database.ts";
import { sqliteError, sqliteProblem } from "./sqlite-error.ts";
import { SqliteFile } from "./sqlite-file.ts";

export class WritableSqliteFile extends SqliteFile {
  readonly #files: DurableFiles;
  #writable = false;
  /** Transactions of this process take turns: they share one connection. */
  #turn: Promise<unknown> = Promise.resolve();

  /** @param files of the state directory; shared by all its stores, so that a failed fsync of one stops them all */
  constructor(path: string, kind: DatabaseKind, files: DurableFiles) {
    super(path, kind);
    this.#files = files;
  }

  /**
   * Opens the file if there is one; otherwise it is created by the first transaction.
   * @throws PortError `kind.corrupt`, `kind.newer`: the file is kept as it is
   */
  async openIfThere(): Promise<void> {
    if (await this.isThere()) await this.#writer();
  }

  /**
   * Runs `work` while no other process and no other work of this one writes. Commits when it succeeds.
   * `work` must not begin another transaction: that would wait for itself.
   * @throws PortError `store_full`, `store_poisoned`, `store_unavailable`, `kind.corrupt`, `kind.newer`
   */
  async transaction<T>(work: (database: DatabaseSync) => Promise<T>): Promise<T> {
    const turn = this.#turn.then(() => this.#transaction(work));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #writer(): Promise<DatabaseSync> {
    if (this.#writable && this.connection !== undefined) return this.connection;
    const directory = dirname(this.path);
    await this.#files.makeDirectories(directory);
    if (this.kind.isPrivate === true) keepPrivate(this.path);
    const database = await openForWriting(this.path, this.kind);
    // For the names of the database and its log: SQLite does not sync the first and ignores a failure for the second.
    await this.#files.syncNames(directory);
    this.connection?.close();
    this.connection = database;
    this.#writable = true;
    return database;
  }

  async #transaction<T>(work: (database: DatabaseSync) => Promise<T>): Promise<T> {
    this.#files.assertHealthy();
    let database: DatabaseSync | undefined;
    try {
      const writer = await this.#writer();
      await patiently(this.path, this.kind, () => writer.exec("BEGIN IMMEDIATE"));
      database = writer;
      const result = await work(writer);
      writer.exec("COMMIT");
      this.#files.assertHealthy();
      return result;
    } catch (error) {
      if (database !== undefined) rollback(database);
      throw this.#failure(error);
    }
  }

  /** Whether the log reached the disk is unknown after an I/O error; trying again may succeed without having written it. */
  #failure(error: unknown): unknown {
    const cause = error instanceof PortError ? error.cause : error;
    return sqliteProblem(cause) === "input_output"
      ? this.#files.poison(error, this.path)
      : sqliteError(error, this.path, this.kind);
  }
}
