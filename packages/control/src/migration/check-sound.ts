/** Is the ledger whole, both as a file and as chains? */
import { type LedgerReader, type LockedState, PortError } from "@tau-edge/ports";
import { verifyChains } from "../verify-chains.ts";

/** @throws PortError `ledger_corrupt`, `ledger_newer` */
export async function checkSound(
  state: LockedState,
  ledger: LedgerReader,
): Promise<{ readonly records: number; readonly streams: number }> {
  const [problem] = await state.integrityProblems();
  if (problem === undefined) return verifyChains(ledger);
  throw new PortError("ledger_corrupt", state.ledger_path, `SQLite reports: ${problem}`, {
    remedy: "The file is kept. Restore it from a backup, then migrate that.",
  });
}
