/** `state.json` as a runner finds it, before it does anything: whose cycles does it show? */
import type { StateFacts } from "@tau-edge/contract";
import type { LedgerReader } from "@tau-edge/ports";
import { CYCLE_STREAM } from "../stream.ts";
import { CONTRACT_IMPORTED, type ImportedFacts, importedOf } from "./imported-record.ts";
import { readStateFile, type StateFilePorts } from "./read-state-file.ts";
import { checkPosition } from "./state-position.ts";

export interface FoundState {
  /** undefined: there is no file. */
  readonly facts: StateFacts | undefined;
  /** It shows cycles of the original that are not in the ledger. */
  readonly isNew: boolean;
}

export interface FindPorts extends StateFilePorts {
  readonly ledger: LedgerReader;
}

/**
 * Whatever the last step of a cycle would refuse is refused now, before anything is deployed.
 * @throws PortError `state_corrupt`, `state_newer`, `state_foreign`: the file is kept as it is
 */
export async function findState(ports: FindPorts): Promise<FoundState> {
  const facts = await readStateFile(ports);
  if (facts?.stamp?.cycles !== undefined) await checkPosition(facts.stamp.cycles, ports.ledger);
  if (facts === undefined || facts.stamp?.cycles !== undefined || !facts.shows_cycles) return { facts, isNew: false };
  const imported = await lastImported(ports.ledger);
  return { facts, isNew: imported?.cycles_sha256 !== facts.cycles_sha256 };
}

/** @throws PortError `ledger_corrupt`, `ledger_newer` */
export async function lastImported(ledger: LedgerReader): Promise<ImportedFacts | undefined> {
  for (let { seq } = await ledger.head(CYCLE_STREAM); seq >= 0; seq--) {
    const [stored] = await ledger.read(CYCLE_STREAM, seq, 1);
    if (stored?.record.type === CONTRACT_IMPORTED) return importedOf(stored);
  }
  return undefined;
}
