/**
 * Brings a state directory to this program's schemas. What is needed to undo it is on the disk before anything changes;
 * then one transaction changes the tables and says so in the ledger. Whoever dies in between has left the old state, and
 * perhaps an undo that no record names, which the next migration replaces.
 */
import { type Digest, digestOf, toHex } from "@tau-edge/encoding";
import { SYSTEM_STREAM } from "@tau-edge/ledger";
import { type AppendRequest, type FileSum, type LockedState, PortError, sealAppend } from "@tau-edge/ports";
import { appendVouched, vouchingFor } from "../clock-record.ts";
import { UNDO_SPARE_BYTES } from "../limits.ts";
import { checkSound } from "./check-sound.ts";
import { draftMigrated, type MigratedFacts } from "./migrated-record.ts";
import type { MigrationPlan, MigrationPorts, MigrationRequest, MigrationStep } from "./migration-ports.ts";
import { planMigration } from "./plan-migration.ts";
import { lastMigration } from "./recorded-migrations.ts";
import { stateTree } from "./state-tree.ts";
import { writeUndoDocument } from "./undo-document.ts";

export interface MigrationReport extends MigrationPlan {
  readonly outcome: "migrated" | "nothing" | "would_migrate";
  /** What was verified, before and after. */
  readonly records?: number;
  readonly streams?: number;
  /** Of the state directory before. */
  readonly tree_hash?: Digest;
  /** Relative to the state directory. */
  readonly undo?: string;
  readonly record?: { readonly stream: string; readonly seq: number; readonly record_hash: string };
}

/**
 * @throws PortError `state_in_use`, `clock_jump`, `store_full`, the `_newer` and `_corrupt` codes of the stores: nothing has
 *   changed then
 */
export async function runMigration(request: MigrationRequest, ports: MigrationPorts): Promise<MigrationReport> {
  const plan = await planMigration(ports.place);
  if (plan.steps.length === 0) return { ...plan, outcome: "nothing" };
  return ports.place.exclusively(async (state) => {
    const step = plan.steps.find(({ from }) => from === state.ledgerVersion());
    if (step === undefined)
      throw new PortError("state_in_use", state.ledger_path, "Another process has migrated it meanwhile", {
        remedy: "`tau-edge migrate plan` shows what is there now.",
      });
    return { ...plan, ...(await migrateLocked(step, state, request, ports)) };
  });
}

async function migrateLocked(
  step: MigrationStep,
  state: LockedState,
  request: MigrationRequest,
  ports: MigrationPorts,
): Promise<Omit<MigrationReport, keyof MigrationPlan>> {
  const counts = await checkSound(state, state.ledger);
  const { tree_hash, ledger } = await stateTree(state, ports.startSha256);
  await checkSpace(state, ledger);
  const made_unix_ms = ports.clock.nowUnixMs();
  const undo = ((await lastMigration(state.ledger))?.facts.undo ?? 0) + 1;
  const document = writeUndoDocument({ from: step.from, to: step.to, made_unix_ms, tree_hash, ledger });
  const facts = { ...step, tree_hash, undo, undo_hash: digestOf(ports.sha256(document)) };
  // Refused now or never: nothing was written yet.
  const append = await admittedAppend(facts, made_unix_ms, state, request, ports);
  const found = { ...counts, tree_hash };
  if (request.dry_run === true) return { outcome: "would_migrate", ...found };

  const kept = await state.keepUndo(undo, document);
  if (kept.sha256 !== ledger.sha256)
    throw new PortError("store_unavailable", state.ledger_path, "The file changed while it was copied");
  const [record] = await state.migrate(append, async (after) => void (await checkSound(state, after)));
  if (record === undefined) throw new TypeError("a migration is recorded");
  const { seq } = record.record;
  return {
    ...{ outcome: "migrated", ...found, undo: `tau-edge/undo/${undo}` },
    record: { stream: SYSTEM_STREAM, seq, record_hash: toHex(record.hash) },
  };
}

/** As the ledger is going to take it. @throws PortError `clock_jump` */
async function admittedAppend(
  facts: MigratedFacts,
  now_unix_ms: number,
  { ledger }: LockedState,
  { actor, accept_clock }: MigrationRequest,
  { sha256 }: MigrationPorts,
): Promise<AppendRequest> {
  const head = await ledger.head(SYSTEM_STREAM);
  const drafts = [draftMigrated(facts, actor)];
  let admitted: AppendRequest = { stream: SYSTEM_STREAM, expected_seq: head.seq, drafts, objects: [], now_unix_ms };
  const append = async (asked: AppendRequest) => {
    const sealed = sealAppend(asked, head, sha256);
    admitted = asked;
    return sealed;
  };
  await appendVouched({ append }, admitted, vouchingFor(head.at_unix_ms, now_unix_ms, actor, accept_clock));
  return admitted;
}

/** For the copy, and for what the transaction writes before it is over. */
async function checkSpace({ space }: LockedState, { size_bytes }: FileSum): Promise<void> {
  const [free, needed] = [await space.freeBytes(), 2 * size_bytes + UNDO_SPARE_BYTES];
  if (free === undefined || free >= needed) return;
  throw new PortError("store_full", "tau-edge", `${free} bytes are free, and the migration may need ${needed}`, {
    remedy: "Make room, then repeat the command: nothing was changed.",
  });
}
