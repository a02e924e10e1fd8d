/** Writes what the cycles left in `state.json` anew from the ledger: somebody moved the file aside. */
import type { CaseBook } from "@tau-edge/ports";
import { type CatchUpPorts, catchUp, foldMissing } from "./catch-up.ts";
import { type FindPorts, findState } from "./found-state.ts";
import { membersOf, type ShowPorts } from "./show-record.ts";

export type RebuildPorts = CatchUpPorts & ShowPorts & FindPorts & { readonly book: CaseBook };

/**
 * The case book is made anew as well, so that neither keeps what the records do not say.
 * @throws PortError `ledger_corrupt`, `ledger_newer`, `object_corrupt`, and what stores throw
 */
export async function rebuildCycles(ports: RebuildPorts): Promise<void> {
  await ports.book.exclusively(async (book) => {
    // What a runner left half is completed first: a book made anew would not know that anything is missing.
    const found = await findState(ports);
    await catchUp(book, found, ports);
    book.clear();
    const { last } = await foldMissing(book, ports);
    if (last !== undefined && !found.isNew) await ports.files.refreshCycles(async () => membersOf(last, book, found));
  });
}
