/** The last cycle that the ledger has. */
import type { CycleFacts } from "@tau-edge/contract";
import type { LedgerReader } from "@tau-edge/ports";
import { CYCLE_STREAM } from "../stream.ts";
import { cycleOf, isCycle } from "./cycle-record.ts";

export interface RecordedCycle {
  readonly seq: number;
  readonly facts: CycleFacts;
}

/**
 * Looks from the end: nothing but an import or a word about the clock stands behind it.
 * @throws PortError `ledger_corrupt`, `ledger_newer`
 */
export async function lastCycle(ledger: LedgerReader): Promise<RecordedCycle | undefined> {
  for (let { seq } = await ledger.head(CYCLE_STREAM); seq >= 0; seq--) {
    const [stored] = await ledger.read(CYCLE_STREAM, seq, 1);
    if (stored !== undefined && isCycle(stored)) return { seq, facts: cycleOf(stored) };
  }
  return undefined;
}
