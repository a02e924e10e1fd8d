/** The tree hash of a locked state directory, as it is or with another file in the place of the ledger's. */
import type { Digest, StartSha256 } from "@tau-edge/encoding";
import { startTreeHash } from "@tau-edge/ledger";
import { type FileSum, type LockedState, PortError } from "@tau-edge/ports";

export interface StateTree {
  readonly tree_hash: Digest;
  /** The ledger's file as it is. */
  readonly ledger: FileSum;
}

/** @param replaced what the ledger's file counts as */
export async function stateTree(state: LockedState, start: StartSha256, replaced?: FileSum): Promise<StateTree> {
  const tree = startTreeHash(await state.count(), start);
  let ledger: FileSum | undefined;
  for await (const { path, ...found } of state.files()) {
    const isLedger = path === state.ledger_path;
    tree.add({ path, ...(isLedger ? (replaced ?? found) : found) });
    if (isLedger) ledger = found;
  }
  if (ledger === undefined) throw new PortError("store_unavailable", state.ledger_path, "The ledger's file is gone");
  return { tree_hash: tree.digest(), ledger };
}
