/**
 * Takes the cycles of the original over: what they left in `state.json` becomes a record with the whole file in objects,
 * and the case book follows it. Done once; the file stays as it stands, but for the stamp.
 */
import { makeEventLogFacts, type StateFacts, withEventLog } from "@tau-edge/contract";
import { type Digest, digestBytes, digestOf, type Sha256 } from "@tau-edge/encoding";
import type { Actor, Head, StoredRecord } from "@tau-edge/ledger";
import {
  type Clock,
  type EventLogReader,
  type LedgerStore,
  type ObjectStore,
  type OpenCaseBook,
  PortError,
} from "@tau-edge/ports";
import { putThenAppend } from "../put-then-append.ts";
import { appendToCycles } from "./append-cycle.ts";
import { bookingVisitor } from "./book-results.ts";
import { foldRecord } from "./fold-records.ts";
import { draftImported, type ImportedFacts } from "./imported-record.ts";
import { Pieces } from "./pieces.ts";
import { readStateFile, type StateFilePorts } from "./read-state-file.ts";

export interface TakeOverPorts extends StateFilePorts {
  readonly ledger: LedgerStore;
  readonly objects: ObjectStore;
  readonly events: EventLogReader;
  readonly clock: Clock;
  readonly sha256: Sha256;
}

/** @returns the records that were appended, and folded */
export async function takeOver(
  book: OpenCaseBook,
  head: Head,
  { actor, accept_clock }: { readonly actor: Actor; readonly accept_clock?: boolean | undefined },
  ports: TakeOverPorts,
): Promise<readonly StoredRecord[]> {
  const records = await putThenAppend(
    () => storePieces(ports),
    async ({ facts, objects }) => {
      const draft = draftImported(await importedFacts(facts, objects, ports.events), actor);
      return appendToCycles({ head, draft, objects, actor, accept_clock }, ports);
    },
  );
  for (const stored of records) await foldRecord(stored, book, ports);
  return records;
}

/** The whole file as objects, and what stands in it. */
async function storePieces(
  ports: TakeOverPorts,
): Promise<{ readonly facts: StateFacts; readonly objects: readonly Digest[] }> {
  const objects: Digest[] = [];
  const pieces = new Pieces(async (bytes) => {
    const digest = digestOf(ports.sha256(bytes));
    await ports.objects.putIfAbsent(digest, bytes);
    objects.push(digest);
  });
  const facts = await readStateFile(ports, {}, (chunk) => pieces.add(chunk));
  if (facts === undefined) throw new PortError("state_foreign", "state.json", "It was removed while it was imported");
  await pieces.end();
  return { facts, objects };
}

/** What taking over would leave in the book, without a record: for a dry run, whose book is thrown away. */
export async function pretendToTakeOver(book: OpenCaseBook, ports: TakeOverPorts): Promise<void> {
  const facts = await readStateFile(ports, bookingVisitor(book));
  if (facts !== undefined) book.setHealth((await importedFacts(facts, [], ports.events)).health);
}

async function importedFacts(
  facts: StateFacts,
  objects: readonly Digest[],
  events: EventLogReader,
): Promise<ImportedFacts> {
  const log = makeEventLogFacts();
  for await (const line of events.lines()) log.add(line);
  const { cycles_sha256, size_bytes, processed_case_count, rollout_count, failed_case_count } = facts;
  const health = withEventLog(facts.health, log.facts());
  const pieces = objects.map(digestBytes);
  return { cycles_sha256, size_bytes, processed_case_count, rollout_count, failed_case_count, health, pieces };
}
