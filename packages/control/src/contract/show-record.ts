/**
 * What people and S1's scripts see of a record: lines in channels, the page of each blueprint, the event line, and
 * `state.json`. All of it follows from the record and the book, and doing it again changes nothing: a runner that finds a
 * record whose writer died begins here.
 */
import {
  type AdoptedCycles,
  type ChannelLine,
  type ChannelName,
  type CycleFacts,
  type CycleMembers,
  channelLine,
  channelNameOf,
  eventLine,
  memoryText,
} from "@tau-edge/contract";
import { type Sha256, toHex } from "@tau-edge/encoding";
import type { StoredRecord } from "@tau-edge/ledger";
import type { BookedCase, ChannelStore, DeploymentFiles, EventLog, ObjectReader, OpenCaseBook } from "@tau-edge/ports";
import { cycleOf, isCycle, pagesOf } from "./cycle-record.ts";
import type { FoundState } from "./found-state.ts";
import { CONTRACT_IMPORTED, importedOf } from "./imported-record.ts";

export interface ShowPorts {
  readonly objects: ObjectReader;
  readonly channels: ChannelStore;
  readonly events: EventLog;
  readonly files: Pick<DeploymentFiles, "refreshCycles">;
  readonly sha256: Sha256;
}

/**
 * What is found in the place of `state.json` may be another file than a dead writer left: cycles of the original that
 * nobody imported stay there until somebody does.
 * @param book has followed the record, and none after it
 */
export async function showRecord(
  stored: StoredRecord,
  book: OpenCaseBook,
  found: FoundState,
  ports: ShowPorts,
): Promise<void> {
  if (stored.record.type === CONTRACT_IMPORTED) return showImport(stored, found, ports);
  if (!isCycle(stored)) return;
  const facts = cycleOf(stored);
  const { seq } = stored.record;
  await showInChannels(stored, facts, book, ports);
  await ports.events.append(seq, eventLine({ facts, seq, cycle_id: toHex(stored.hash) }));
  if (!found.isNew) await ports.files.refreshCycles(async () => membersOf(stored, book, found));
}

async function showImport(stored: StoredRecord, { facts }: FoundState, { files }: ShowPorts): Promise<void> {
  const { cycles_sha256: imported_sha256 } = importedOf(stored);
  const position = positionOf(stored);
  if (facts?.cycles_sha256 === imported_sha256)
    await files.refreshCycles(async (): Promise<AdoptedCycles> => ({ position, imported_sha256 }));
}

async function showInChannels(
  stored: StoredRecord,
  facts: CycleFacts,
  book: OpenCaseBook,
  { objects, channels, sha256 }: ShowPorts,
): Promise<void> {
  const changed = new Map<string, ChannelName>();
  let nth = 0;
  for await (const page of pagesOf(stored, facts, objects)) {
    const lines = new Map<ChannelName, ChannelLine[]>();
    for (const result of page) {
      const channel = changed.get(result.blueprint_id) ?? channelNameOf(result.blueprint_id, sha256);
      if (result.outcome === "success") changed.set(result.blueprint_id, channel);
      const line = channelLine(result, facts.ended_unix_ms, { seq: stored.record.seq, nth });
      const its = lines.get(channel) ?? [];
      its.push(line);
      lines.set(channel, its);
      nth += 1;
    }
    for (const [channel, its] of lines) await channels.append(channel, its);
  }
  for (const [blueprint_id, channel] of changed)
    await channels.writeMemory(channel, memoryText(blueprint_id, recordsOf(book.appliedOf(blueprint_id))));
  await channels.sync();
}

/** @param found not new: the cycles that it shows are in the ledger, and may be written over */
export function membersOf(stored: StoredRecord, book: OpenCaseBook, { facts }: FoundState): CycleMembers {
  return {
    position: positionOf(stored),
    processed_case_keys: book.keys(),
    rollouts: recordsOf(book.applied()),
    failed_cases: recordsOf(book.failed()),
    health: book.health(),
    ...(facts === undefined ? {} : { imported_sha256: facts.cycles_sha256 }),
  };
}

function positionOf({ record, hash }: StoredRecord): CycleMembers["position"] {
  return { seq: record.seq, record_hash: toHex(hash) };
}

function* recordsOf(rows: Iterable<BookedCase>): Iterable<string> {
  for (const { record } of rows) yield record;
}
