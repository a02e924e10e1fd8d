/** Puts records of the stream of cycles into the case book, in order. */
import { StateReader } from "@tau-edge/contract";
import { type StartSha256, toHex } from "@tau-edge/encoding";
import type { StoredRecord } from "@tau-edge/ledger";
import { type ObjectReader, type OpenCaseBook, PortError } from "@tau-edge/ports";
import { bookingVisitor, bookResult } from "./book-results.ts";
import { cycleOf, isCycle, pagesOf, readNamed } from "./cycle-record.ts";
import { CONTRACT_IMPORTED, importedOf } from "./imported-record.ts";

export interface FoldPorts {
  readonly objects: ObjectReader;
  readonly startSha256: StartSha256;
}

/** @throws PortError `ledger_corrupt`, `ledger_newer`, `object_corrupt` */
export async function foldRecord(stored: StoredRecord, book: OpenCaseBook, ports: FoldPorts): Promise<void> {
  if (isCycle(stored)) await foldCycle(stored, book, ports);
  else if (stored.record.type === CONTRACT_IMPORTED) await foldImport(stored, book, ports);
  book.setPosition({ seq: stored.record.seq, record_hash: toHex(stored.hash) });
}

async function foldCycle(stored: StoredRecord, book: OpenCaseBook, { objects }: FoldPorts): Promise<void> {
  const facts = cycleOf(stored);
  for await (const page of pagesOf(stored, facts, objects)) {
    for (const result of page) bookResult(book, result, facts.ended_unix_ms);
    book.trimKeys(facts.limits.processed_case_cap);
  }
  // Also after a cycle that tried nothing: its cap may be lower.
  book.trimKeys(facts.limits.processed_case_cap);
  book.setHealth(facts.health);
}

async function foldImport(stored: StoredRecord, book: OpenCaseBook, ports: FoldPorts): Promise<void> {
  const { pieces, health } = importedOf(stored);
  const reader = new StateReader(bookingVisitor(book), ports.startSha256);
  for (const piece of pieces) reader.push(await readNamed(piece, stored, ports.objects));
  const read = reader.end();
  if (read.outcome === "refused") {
    const { stream, seq } = stored.record;
    throw new PortError("ledger_corrupt", `${stream}#${seq} ${read.at}`, `What was imported: ${read.detail}`);
  }
  book.setHealth(health);
}
