/**
 * The ledger's records in one Durable Object with SQLite storage. It has no `fetch`: only code of the same Worker that
 * holds the binding reaches it.
 */
import { DurableObject } from "cloudflare:workers";
import { sha256 } from "@tau-edge/encoding";
import { type Head, headOf, LedgerError, verifyRecord } from "@tau-edge/ledger";
import { PortError, type StoredRow, type StreamEnd, verifyHead } from "@tau-edge/ports";
import { answerWith, type DurableAnswer } from "./durable-answer.ts";
import { PAGE_BYTES_MAX } from "./limits.ts";

/** Raised when a table changes; a newer ledger is refused instead of misread. */
const SCHEMA_VERSION = 1;

const SCHEMA = `CREATE TABLE record (
  stream TEXT NOT NULL, seq INTEGER NOT NULL, bytes BLOB NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (stream, seq)
) STRICT`;
const INSERT = "INSERT INTO record (stream, seq, bytes, hash) VALUES (?, ?, ?, ?)";
/** One step of the index for each stream, instead of one for each record: rows read are billed. */
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

/** Failures cross the boundary as values: an Error would arrive without its class and code. */
export type LedgerAnswer<T> =
  | { readonly outcome: "ok"; readonly value: T }
  | { readonly outcome: "newer"; readonly schema_version: number };

export type ImportAnswer =
  | { readonly outcome: "imported"; readonly seq: number }
  | { readonly outcome: "refused"; readonly code: string; readonly at: string };

export class LedgerDurableObject extends DurableObject {
  readonly #sql: SqlStorage;
  readonly #schemaVersion: number;

  constructor(state: DurableObjectState, env: Cloudflare.Env) {
    super(state, env);
    this.#sql = state.storage.sql;
    this.#schemaVersion = state.storage.transactionSync(() => {
      this.#sql.exec("CREATE TABLE IF NOT EXISTS schema (version INTEGER NOT NULL)");
      const [known] = this.#sql.exec<{ version: number }>("SELECT version FROM schema").toArray();
      if (known !== undefined) return known.version;
      this.#sql.exec(SCHEMA);
      this.#sql.exec("INSERT INTO schema (version) VALUES (?)", SCHEMA_VERSION);
      return SCHEMA_VERSION;
    });
  }

  streams(): LedgerAnswer<readonly string[]> {
    return this.#answer(() =>
      this.#sql
        .exec<{ stream: string }>(STREAMS)
        .toArray()
        .map(({ stream }) => stream),
    );
  }

  ends(): LedgerAnswer<readonly StreamEnd[]> {
    return this.#answer(() =>
      this.#sql
        .exec<{ stream: string; seq: number; hash: ArrayBuffer }>(ENDS)
        .toArray()
        .map(({ stream, seq, hash }) => ({ stream, seq, hash: new Uint8Array(hash) })),
    );
  }

  /** The rows with the two highest seqs, in order; fewer when there are fewer. */
  lastTwo(stream: string): LedgerAnswer<readonly StoredRow[]> {
    return this.#answer(() => this.#lastTwo(stream));
  }

  /** Rows with `seq >= from` in order; fewer than `limit` when a message would grow too large. */
  page(stream: string, from: number, limit: number): LedgerAnswer<readonly StoredRow[]> {
    return this.#answer(() => {
      const page: StoredRow[] = [];
      let size = 0;
      for (const row of this.#sql.exec<Row>(PAGE, stream, from, limit)) {
        size += row.bytes.byteLength;
        if (size > PAGE_BYTES_MAX) break;
        page.push(toStored(row));
      }
      return page;
    });
  }

  /**
   * Takes records over from another ledger. All of them continue the stored chain, or none is stored. Nothing in the
   * gateway calls this; it is for tests and for tools that hold the binding themselves.
   */
  importRecords(stream: string, records: readonly Uint8Array[]): ImportAnswer {
    if (this.#schemaVersion > SCHEMA_VERSION) return { outcome: "refused", code: "ledger_newer", at: stream };
    try {
      return this.ctx.storage.transactionSync(() => {
        const head = verifyHead(this.#lastTwo(stream), stream, sha256);
        return { outcome: "imported", seq: this.#continue(head, stream, records).seq };
      });
    } catch (error) {
      if (!(error instanceof LedgerError) && !(error instanceof PortError)) throw error;
      return { outcome: "refused", code: error.code, at: error.at };
    }
  }

  /**
   * Takes records that were sealed against the head with `expected_seq`. All of them continue the stored chain, or none is
   * stored.
   * @returns the head of whoever was first; undefined when they are stored
   */
  appendRecords(
    stream: string,
    expected_seq: number,
    records: readonly Uint8Array[],
  ): LedgerAnswer<DurableAnswer<Head | undefined>> {
    return this.#answer(() =>
      answerWith(() =>
        this.ctx.storage.transactionSync(() => {
          const head = verifyHead(this.#lastTwo(stream), stream, sha256);
          if (head.seq !== expected_seq) return head;
          this.#continue(head, stream, records);
          return undefined;
        }),
      ),
    );
  }

  #answer<T>(read: () => T): LedgerAnswer<T> {
    if (this.#schemaVersion > SCHEMA_VERSION) return { outcome: "newer", schema_version: this.#schemaVersion };
    return { outcome: "ok", value: read() };
  }

  /** @throws LedgerError for a record that does not follow the one before it */
  #continue(from: Head, stream: string, records: readonly Uint8Array[]): Head {
    let head = from;
    for (const bytes of records) {
      head = headOf(verifyRecord(head, bytes, stream, sha256));
      this.#sql.exec(INSERT, stream, head.seq, bytes, head.hash);
    }
    return head;
  }

  #lastTwo(stream: string): StoredRow[] {
    return this.#sql.exec<Row>(LAST_TWO, stream).toArray().map(toStored).reverse();
  }
}

type Row = { readonly seq: number; readonly bytes: ArrayBuffer; readonly hash: ArrayBuffer };

function toStored(row: Row): StoredRow {
  return { seq: row.seq, bytes: new Uint8Array(row.bytes), hash: new Uint8Array(row.hash) };
}
