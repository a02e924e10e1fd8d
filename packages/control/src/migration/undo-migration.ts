/**
 * Gives the state back as it was before the last migration, with the same tree hash. Only while nothing was written since:
 * records of the newer schema have no place in the older one.
 */
import { type Digest, digestOf, equalBytes } from "@tau-edge/encoding";
import { type StoredRecord, SYSTEM_STREAM } from "@tau-edge/ledger";
import { type KeptUndo, type LedgerReader, PortError, type StreamEnd } from "@tau-edge/ports";
import { CLOCK_ACCEPTED } from "../clock-record.ts";
import type { MigrationPorts, MigrationRequest } from "./migration-ports.ts";
import { lastMigration, type RecordedMigration } from "./recorded-migrations.ts";
import { stateTree } from "./state-tree.ts";
import { readUndoDocument, type UndoDocument } from "./undo-document.ts";

export interface UndoReport {
  readonly schema_version: 1;
  readonly outcome: "undone" | "would_undo";
  /** What the ledger was brought back from, and to. */
  readonly from: number;
  readonly to: number;
  /** Of the state directory: as it was before the migration, and is again. */
  readonly tree_hash: Digest;
  readonly undo: string;
}

/**
 * @throws PortError `undo_absent`, `undo_overtaken`, `undo_corrupt`, `state_in_use`, and what stores throw: the state is as
 *   it was then
 */
export async function undoMigration(
  request: Pick<MigrationRequest, "dry_run">,
  { place, sha256, startSha256 }: MigrationPorts,
): Promise<UndoReport> {
  await place.versions();
  return place.exclusively(async (state) => {
    const migration = await lastMigration(state.ledger);
    if (migration === undefined) throw absent("tau-edge/ledger.db", "The ledger knows of no migration");
    const undo = `tau-edge/undo/${migration.facts.undo}`;
    const kept = await state.keptUndo(migration.facts.undo);
    if (kept === undefined) throw absent(undo, "What the migration kept is not there any more");
    if (digestOf(sha256(kept.document)) !== migration.facts.undo_hash)
      throw corrupt(`${undo}/undo.json`, "It does not have the digest that the record of the migration says");
    const document = readUndoDocument(kept.document, `${undo}/undo.json`);
    await checkCopy(kept, document, undo);
    await checkRecords(state.ledger, kept, migration);
    const { tree_hash } = await stateTree(state, startSha256, document.ledger);
    if (tree_hash !== document.tree_hash)
      throw overtaken("tau-edge", "Files beside the ledger were written since, or removed");
    if (request.dry_run !== true) await state.restore(migration.facts.undo, document.ledger);
    const { from, to } = migration.facts;
    const outcome = request.dry_run === true ? "would_undo" : "undone";
    return { schema_version: 1, outcome, from: to, to: from, tree_hash, undo };
  });
}

async function checkCopy(kept: KeptUndo, { ledger }: UndoDocument, undo: string): Promise<void> {
  const copy = await kept.measure();
  if (copy === undefined) throw absent(`${undo}/ledger.db`, "The copy of the ledger is not there any more");
  if (copy.size_bytes !== ledger.size_bytes || copy.sha256 !== ledger.sha256)
    throw corrupt(`${undo}/ledger.db`, "It is not the copy that was kept");
}

/** Each stream ends where it did, and `system` with what the migration appended. */
async function checkRecords(ledger: LedgerReader, kept: KeptUndo, { stored }: RecordedMigration): Promise<void> {
  const before = new Map((await kept.readLedger((copy) => copy.ends())).map((end) => [end.stream, end]));
  for (const end of await ledger.ends()) {
    const was = before.get(end.stream);
    const isSame = end.stream === SYSTEM_STREAM ? await endsWith(stored, ledger, was) : isSameEnd(end, was);
    if (!isSame) throw overtaken(`${end.stream}#${end.seq}`, "A record was written since");
    before.delete(end.stream);
  }
  const [lost] = before.keys();
  if (lost !== undefined) throw overtaken(lost, "The stream is gone since");
}

/** The record of the migration, and behind it at most that its clock was vouched for. */
async function endsWith({ record }: StoredRecord, ledger: LedgerReader, was: StreamEnd | undefined): Promise<boolean> {
  const [next, afterNext] = await ledger.read(SYSTEM_STREAM, record.seq + 1, 2);
  const isLast = next === undefined || (next.record.type === CLOCK_ACCEPTED && afterNext === undefined);
  return isLast && record.seq === (was?.seq ?? -1) + 1 && (was === undefined || equalBytes(record.prev, was.hash));
}

function isSameEnd(end: StreamEnd, was: StreamEnd | undefined): boolean {
  return was !== undefined && end.seq === was.seq && equalBytes(end.hash, was.hash);
}

function absent(at: string, detail: string): PortError {
  return new PortError("undo_absent", at, detail, {
    remedy: "`tau-edge restore BACKUP --state-dir EMPTY` gives back what a backup holds.",
  });
}

function overtaken(at: string, detail: string): PortError {
  return new PortError("undo_overtaken", at, `${detail}, and the undo would lose it`, {
    remedy:
      "Go on with this version; or restore a backup of before the migration elsewhere: `tau-edge restore --help`.",
  });
}

function corrupt(at: string, detail: string): PortError {
  return new PortError("undo_corrupt", at, detail, {
    remedy: "The state is kept as it is. `tau-edge restore BACKUP --state-dir EMPTY` gives back what a backup holds.",
  });
}
