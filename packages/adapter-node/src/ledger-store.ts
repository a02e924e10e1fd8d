/** Writes the ledger: one SQLite transaction an append, on the disk before it is acknowledged. */
import type { DatabaseSync } from "node:sqlite";
import { type Digest, digestBytes, type Sha256 } from "@tau-edge/encoding";
import { isStreamName, LedgerError } from "@tau-edge/ledger";
import { type AppendRequest, type AppendResult, type LedgerStore, PortError, sealAppend } from "@tau-edge/ports";
import type { DurableFiles } from "./durable-files.ts";
import { SqliteLedgerReader } from "./ledger-reader.ts";
import { INSERT_RECORD, LEDGER, ledgerPath } from "./ledger-tables.ts";
import { WritableSqliteFile } from "./writable-sqlite-file.ts";

const INSERT_OBJECT = "INSERT OR IGNORE INTO named_object (digest, stream, seq) VALUES (?, ?, ?)";

export interface SqliteLedgerOptions {
  readonly sha256: Sha256;
  /** Of the state directory; shared with the object store, so that a failed fsync of either stops both. */
  readonly files: DurableFiles;
  /** Whether the object that a record names is stored. Asked inside the transaction, so it must not wait. */
  readonly hasObject: (digest: Digest) => boolean;
  /** What to do about a ledger of an older version: refuse it now, or read it and refuse the first write. */
  readonly older?: "refuse" | "read";
}

export class SqliteLedgerStore extends SqliteLedgerReader implements LedgerStore {
  readonly #writable: WritableSqliteFile;
  readonly #hasObject: (digest: Digest) => boolean;

  private constructor(options: SqliteLedgerOptions) {
    const file = new WritableSqliteFile(ledgerPath(options.files.home), LEDGER, options.files);
    super(options.files.home, options.sha256, file);
    this.#writable = file;
    this.#hasObject = options.hasObject;
  }

  /**
   * Opens the ledger if there is one; otherwise it is created by the first append.
   * @throws PortError `ledger_corrupt`, `ledger_newer`, `ledger_older`: the file is kept as it is
   */
  static async open(options: SqliteLedgerOptions): Promise<SqliteLedgerStore> {
    const store = new SqliteLedgerStore(options);
    try {
      await store.#writable.openIfThere();
    } catch (error) {
      if (options.older !== "read" || !(error instanceof PortError) || error.code !== LEDGER.older) throw error;
    }
    return store;
  }

  async append(request: AppendRequest): Promise<AppendResult> {
    return this.transaction(async (database) => this.appendIn(database, request));
  }

  /**
   * Appends within a transaction of this store.
   * @param instead of appending, where it gives something: asked when nothing else stands against it
   */
  appendIn<T = never>(database: DatabaseSync, request: AppendRequest, instead?: () => T | undefined): AppendResult | T {
    if (!isStreamName(request.stream)) throw new LedgerError("stream_malformed", "stream", "Not the name of a stream");
    const result = sealAppend(request, this.headIn(database, request.stream), this.sha256);
    if (result.outcome === "conflict") return result;
    const other = instead?.();
    if (other === undefined) this.#insert(database, request, result);
    return other ?? result;
  }

  #insert(database: DatabaseSync, request: AppendRequest, result: AppendResult & { outcome: "appended" }): void {
    for (const digest of request.objects)
      if (!this.#hasObject(digest))
        throw new PortError("object_condemned", digest, "A record names an object that is not stored");
    const insertRecord = this.file.statement(database, INSERT_RECORD);
    const insertObject = this.file.statement(database, INSERT_OBJECT);
    for (const { record, bytes, hash } of result.records) {
      insertRecord.run(request.stream, record.seq, bytes, hash);
      for (const digest of request.objects) insertObject.run(digestBytes(digest), request.stream, record.seq);
    }
  }

  /**
   * Runs `work` while no other process and no other work of this one writes. Commits when it succeeds.
   * `work` must not call `append`: that would wait for itself.
   */
  async transaction<T>(work: (database: DatabaseSync) => Promise<T>): Promise<T> {
    try {
      return await this.#writable.transaction(work);
    } finally {
      this.forgetEnds();
    }
  }
}
