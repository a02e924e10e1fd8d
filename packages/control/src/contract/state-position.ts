/** Does `state.json` belong to this ledger? */
import { toHex } from "@tau-edge/encoding";
import { type CyclePosition, type LedgerReader, PortError } from "@tau-edge/ports";
import { CYCLE_STREAM } from "../stream.ts";

/**
 * A file that knows more than the ledger was written from another one, or the ledger has lost its end.
 * @throws PortError `state_foreign`, `ledger_corrupt`, `ledger_newer`
 */
export async function checkPosition({ seq, record_hash }: CyclePosition, ledger: LedgerReader): Promise<void> {
  const [stored] = await ledger.read(CYCLE_STREAM, seq, 1);
  if (stored !== undefined && toHex(stored.hash) === record_hash) return;
  const detail = `It shows the cycles up to record ${seq}, which is not in this ledger`;
  throw new PortError("state_foreign", "state.json $.tau_edge.cycles", detail, {
    remedy: "Restore the ledger; or, if it is the right one, `tau-edge doctor --rebuild-files`.",
  });
}
