/** What every adapter of the ledger does alike between reading its rows and writing them. */
import { equalBytes, type Sha256 } from "@tau-edge/encoding";
import {
  emptyHead,
  type Head,
  headOf,
  LedgerError,
  type StoredRecord,
  sealDrafts,
  verifyRecord,
} from "@tau-edge/ledger";
import { PortError } from "./errors.ts";
import type { AppendRequest, AppendResult } from "./ledger-store.ts";

/** A record as an adapter keeps it. */
export interface StoredRow {
  readonly seq: number;
  readonly bytes: Uint8Array;
  /** 32 bytes, written when the record was. */
  readonly hash: Uint8Array;
}

/**
 * Decides an append against the head that was read in the same transaction. On `appended` the adapter writes the
 * records; nothing is stored before.
 * @throws PortError `clock_jump`, `record_too_large`
 * @throws LedgerError for drafts that no ledger takes
 */
export function sealAppend(request: AppendRequest, head: Head, sha256: Sha256): AppendResult {
  if (head.seq !== request.expected_seq) return { outcome: "conflict", head };
  const { stream, drafts, now_unix_ms } = request;
  const accept_clock_jump = request.accept_clock_jump ?? false;
  try {
    const sealed = sealDrafts({ stream, head, drafts, now_unix_ms, sha256, accept_clock_jump });
    if (sealed.outcome === "sealed") return { outcome: "appended", records: sealed.records, head: sealed.head };
  } catch (error) {
    if (error instanceof LedgerError && error.code === "record_too_large")
      throw new PortError("record_too_large", stream, error.message, { cause: error });
    throw error;
  }
  const apart_ms = now_unix_ms - head.at_unix_ms;
  throw new PortError("clock_jump", `${stream}#${head.seq}`, `This clock stands ${apart_ms} ms after the last record`, {
    remedy:
      "Set the clock. If it is right, repeat the command with --accept-clock; a rollout that runs goes on after " +
      "`tau-edge rollout pause ROLLOUT --reason TEXT` and `tau-edge rollout resume ROLLOUT`.",
  });
}

/** The place and time of the last record of an append: what marks say of the record that made them. */
export function lastAppended(appended: readonly StoredRecord[]): {
  readonly stream: string;
  readonly seq: number;
  readonly at_unix_ms: number;
} {
  const last = appended.at(-1);
  if (last === undefined) throw new TypeError("a mark needs the record that says so");
  const { stream, seq, at_unix_ms } = last.record;
  return { stream, seq, at_unix_ms };
}

/**
 * Proves that the rows are the records of the stream beginning with `from`.
 * @param rows in order, from the row before `from` on (which is trusted for its hash alone), or from 0
 * @throws PortError `ledger_corrupt`, `ledger_newer`
 */
export function verifyRows(
  rows: readonly StoredRow[],
  from: number,
  stream: string,
  sha256: Sha256,
): readonly StoredRecord[] {
  const before = from === 0 ? undefined : rows[0];
  if (from > 0 && before === undefined) return [];
  let head = before === undefined ? emptyHead(stream, sha256) : { seq: before.seq, hash: before.hash, at_unix_ms: 0 };
  if (head.seq !== from - 1) throw new PortError("ledger_corrupt", `${stream}#${from - 1}`, "The record is missing");
  const records: StoredRecord[] = [];
  for (const row of before === undefined ? rows : rows.slice(1)) {
    const record = verifyRow(head, row, stream, sha256, `${stream}#${head.seq + 1}`);
    records.push(record);
    head = headOf(record);
  }
  return records;
}

/**
 * The head of a stream, from its last two rows (or its only one, or none).
 * @throws PortError `ledger_corrupt`, `ledger_newer`
 */
export function verifyHead(lastRows: readonly StoredRow[], stream: string, sha256: Sha256): Head {
  const lastRow = lastRows.at(-1);
  if (lastRow === undefined) return emptyHead(stream, sha256);
  const last = verifyRows(lastRows, lastRow.seq, stream, sha256).at(-1);
  if (last === undefined)
    throw new PortError("ledger_corrupt", `${stream}#${lastRow.seq - 1}`, "The record is missing");
  return headOf(last);
}

const CORRUPT_REMEDY = "The ledger is kept as it is. See `tau-edge doctor`, and restore it from a backup.";
const NEWER_REMEDY = "Use the version of this program that wrote it, or a later one.";

function verifyRow(head: Head, row: StoredRow, stream: string, sha256: Sha256, at: string): StoredRecord {
  if (row.seq !== head.seq + 1)
    throw new PortError("ledger_corrupt", at, `The record is missing; the next one has seq ${row.seq}`, {
      remedy: CORRUPT_REMEDY,
    });
  try {
    const record = verifyRecord(head, row.bytes, stream, sha256);
    // Inside the chain nothing proves the last record; the hash that was stored beside it does.
    if (equalBytes(record.hash, row.hash)) return record;
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    const code = error.code === "record_newer" ? "ledger_newer" : "ledger_corrupt";
    const remedy = code === "ledger_newer" ? NEWER_REMEDY : CORRUPT_REMEDY;
    throw new PortError(code, at, error.message, { cause: error, remedy });
  }
  throw new PortError("ledger_corrupt", at, "The record does not have the hash that was stored with it", {
    remedy: CORRUPT_REMEDY,
  });
}
