/**
 * Brings the case book, and what people see, up to the ledger. A runner that died anywhere left a record or none; where it
 * left one, the next runner finds the book behind it, folds it and shows it again.
 */
import { toHex } from "@tau-edge/encoding";
import type { Head, StoredRecord } from "@tau-edge/ledger";
import { type LedgerReader, type OpenCaseBook, READ_PAGE_RECORDS_MAX } from "@tau-edge/ports";
import { CYCLE_STREAM } from "../stream.ts";
import { isCycle } from "./cycle-record.ts";
import { type FoldPorts, foldRecord } from "./fold-records.ts";
import type { FoundState } from "./found-state.ts";
import { CONTRACT_IMPORTED } from "./imported-record.ts";
import { type ShowPorts, showRecord } from "./show-record.ts";

export interface CatchUpPorts extends FoldPorts {
  readonly ledger: LedgerReader;
}

/**
 * @param found as it was before
 * @returns the head that the book has followed to
 * @throws PortError `ledger_corrupt`, `ledger_newer`, `object_corrupt`
 */
export async function catchUp(book: OpenCaseBook, found: FoundState, ports: CatchUpPorts & ShowPorts): Promise<Head> {
  const { head, last } = await foldMissing(book, ports);
  // Only of the last one can anything be missing: nobody appends before the record before it is shown.
  if (last !== undefined) await showRecord(last, book, found, ports);
  return head;
}

/** As `catchUp`, and shows nothing. @returns also the last record that was folded and can be shown */
export async function foldMissing(
  book: OpenCaseBook,
  ports: CatchUpPorts,
): Promise<{ readonly head: Head; readonly last: StoredRecord | undefined }> {
  const { ledger } = ports;
  const head = await ledger.head(CYCLE_STREAM);
  if (!(await isFollowed(book, ledger))) book.clear();
  let last: StoredRecord | undefined;
  for (let next = (book.position()?.seq ?? -1) + 1; next <= head.seq; ) {
    const page = await ledger.read(CYCLE_STREAM, next, READ_PAGE_RECORDS_MAX);
    for (const stored of page) {
      await foldRecord(stored, book, ports);
      if (isCycle(stored) || stored.record.type === CONTRACT_IMPORTED) last = stored;
      next = stored.record.seq + 1;
    }
    if (page.length === 0) break;
  }
  return { head, last };
}

/** Whether what the book has followed is the beginning of this ledger: it may be another one, restored from a backup. */
async function isFollowed(book: OpenCaseBook, ledger: LedgerReader): Promise<boolean> {
  const position = book.position();
  if (position === undefined) return false;
  const [stored] = await ledger.read(CYCLE_STREAM, position.seq, 1);
  return stored !== undefined && toHex(stored.hash) === position.record_hash;
}
