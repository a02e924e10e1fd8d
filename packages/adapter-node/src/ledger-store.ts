/** Writes the ledger: one SQLite transaction an append, on the disk before it is acknowledged. */
import { dirname } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { type Digest, digestBytes, type Sha256 } from "@tau-edge/encoding";
import { isStreamName, LedgerError } from "@tau-edge/ledger";
import { type AppendRequest, type AppendResult, type LedgerStore, PortError, sealAppend } from "@tau-edge/ports";
import type { DurableFiles } from "./durable-files.ts";
import { SqliteLedgerReader } from "./ledger-reader.ts";
import { openForWriting, patiently, rollback } from "./sqlite-database.ts";
import { sqliteError, sqliteProblem } from "./sqlite-error.ts";

const INSERT_RECORD = "INSERT INTO record (stream, seq, bytes, hash) VALUES (?, ?, ?, ?)";
const INSERT_OBJECT = "INSERT OR IGNORE INTO named_object (digest, stream, seq) VALUES (?, ?, ?)";

export interface SqliteLedgerOptions {
  readonly sha256: Sha256;
  /** Of the state directory; shared with the object store, so that a failed fsync of either stops both. */
  readonly files: DurableFiles;
  /** Whether the object that a record names is stored. Asked inside the transaction, so it must not wait. */
  readonly hasObject: (digest: Digest) => boolean;
}

export class SqliteLedgerStore extends SqliteLedgerReader implements LedgerStore {
  readonly #files: DurableFiles;
  readonly #hasObject: (digest: Digest) => boolean;
  #writable = false;
  /** Transactions of this process take turns: they share one connection. */
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(options: SqliteLedgerOptions) {
    super(options.files.home, options.sha256);
    this.#files = options.files;
    this.#hasObject = options.hasObject;
  }

  /**
   * Opens the ledger if there is one; otherwise it is created by the first append.
   * @throws PortError `ledger_corrupt`, `ledger_newer`: the file is kept as it is
   */
  static async open(options: SqliteLedgerOptions): Promise<SqliteLedgerStore> {
    const store = new SqliteLedgerStore(options);
    if (await store.isThere()) await store.#writer();
    return store;
  }

  async #writer(): Promise<DatabaseSync> {
    if (this.#writable && this.connection !== undefined) return this.connection;
    const directory = dirname(this.path);
    await this.#files.makeDirectories(directory);
    const database = await openForWriting(this.path);
    // For the names of the database and its log: SQLite does not sync the first and ignores a failure for the second.
    await this.#files.syncNames(directory);
    this.connection?.close();
    this.connection = database;
    this.#writable = true;
    return database;
  }

  async append(request: AppendRequest): Promise<AppendResult> {
    if (!isStreamName(request.stream)) throw new LedgerError("stream_malformed", "stream", "Not the name of a stream");
    return this.transaction(async (database) => {
      const result = sealAppend(request, this.headIn(database, request.stream), this.sha256);
      if (result.outcome === "appended") this.#insert(database, request, result);
      return result;
    });
  }

  #insert(database: DatabaseSync, request: AppendRequest, result: AppendResult & { outcome: "appended" }): void {
    for (const digest of request.objects)
      if (!this.#hasObject(digest))
        throw new PortError("object_condemned", digest, "A record names an object that is not stored");
    const insertRecord = this.statement(database, INSERT_RECORD);
    const insertObject = this.statement(database, INSERT_OBJECT);
    for (const { record, bytes, hash } of result.records) {
      insertRecord.run(request.stream, record.seq, bytes, hash);
      for (const digest of request.objects) insertObject.run(digestBytes(digest), request.stream, record.seq);
    }
  }

  /**
   * Runs `work` while no other process and no other work of this one writes. Commits when it succeeds.
   * `work` must not append: that would wait for itself.
   */
  async transaction<T>(work: (database: DatabaseSync) => Promise<T>): Promise<T> {
    const turn = this.#turn.then(() => this.#transaction(work));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #transaction<T>(work: (database: DatabaseSync) => Promise<T>): Promise<T> {
    this.#files.assertHealthy();
    let database: DatabaseSync | undefined;
    try {
      const writer = await this.#writer();
      await patiently(this.path, () => writer.exec("BEGIN IMMEDIATE"));
      database = writer;
      const result = await work(writer);
      writer.exec("COMMIT");
      this.forgetEnds();
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
      : sqliteError(error, this.path);
  }
}
