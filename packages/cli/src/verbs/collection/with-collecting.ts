/** Collections over a state directory of this machine, in the name of whoever typed the command. */
import { existsSync } from "node:fs";
import { ledgerPath, openState } from "@tau-edge/adapter-node";
import { askCollected, type Collecting, makeCollecting, openCatalog } from "@tau-edge/control";
import { type CliIo, pathIn } from "../../io.ts";
import { localActor } from "../../local-actor.ts";
import { printable } from "../../render/text.ts";
import { stateDirOf } from "../../state-dir.ts";

export interface CollectionOptions {
  readonly stateDir?: string;
  readonly json?: boolean;
  readonly dryRun?: boolean;
  readonly acceptClock?: boolean;
}

/** @param isEmpty there is no ledger: nothing is to be written into what may be the wrong directory */
export async function withCollecting<T>(
  options: CollectionOptions,
  io: CliIo,
  work: (collecting: Collecting, isEmpty: boolean) => Promise<T>,
): Promise<T> {
  const stateDir = stateDirOf(options.stateDir, io);
  const isEmpty = !existsSync(ledgerPath(pathIn(io, stateDir)));
  if (isEmpty) io.stderr(`note: there is no ledger in ${printable(stateDir)}\n      Another place: --state-dir DIR\n`);
  const state = await openState(pathIn(io, stateDir));
  try {
    const catalog = openCatalog(state.ledger, askCollected(state.collection, state.objects));
    return await work(makeCollecting({ ...state, catalog }, localActor()), isEmpty);
  } finally {
    await state.close();
  }
}

export function actOptions({ dryRun, acceptClock }: CollectionOptions) {
  return { dry_run: dryRun === true, accept_clock: acceptClock === true };
}
