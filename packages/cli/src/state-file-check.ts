/** The doctor's look at `state.json`, and its cure: the file is moved aside and written anew from the ledger. */
import { existsSync, renameSync } from "node:fs";
import { join } from "node:path";
import { openState, readStateFile, startNativeSha256 } from "@tau-edge/adapter-node";
import {
  askCollected,
  browserDids,
  CYCLE_STREAM,
  type DoctorCheck,
  deliverableEntries,
  openCatalog,
  rebuildCycles,
} from "@tau-edge/control";

export function stateFileCheck(stateDir: string): DoctorCheck {
  return {
    name: "state_file",
    async run() {
      const state = readStateFile(join(stateDir, "state.json"));
      if (state === undefined) return { detail: "not there yet" };
      const { deliverable_count, rollout_count } = state;
      return { detail: `deliverables: ${deliverable_count}, rollouts: ${rollout_count}` };
    },
  };
}

/** @returns where the old file went, undefined when there was none */
export async function rebuildStateFile(stateDir: string): Promise<string | undefined> {
  const state = await openState(stateDir);
  try {
    const catalog = openCatalog(state.ledger, askCollected(state.collection, state.objects));
    const entries = () => deliverableEntries(catalog, state.default_output_dir);
    const path = join(stateDir, "state.json");
    const aside = await moveAside(path, (await entries()).seq);
    await state.files.refresh(entries);
    const dids = await browserDids(state.ledger);
    if (dids !== undefined) await state.files.refreshDids(async () => (await browserDids(state.ledger)) ?? dids);
    // The book is a file, and where no cycle has run there is nothing to make it for.
    if ((await state.ledger.head(CYCLE_STREAM)).seq >= 0)
      await rebuildCycles({ ...state, startSha256: startNativeSha256 });
    return aside;
  } finally {
    await state.close();
  }
}

/** Never over an older copy: that one may be the only good one. */
async function moveAside(path: string, seq: number): Promise<string | undefined> {
  if (!existsSync(path)) return undefined;
  for (let attempt = 0; ; attempt += 1) {
    const aside = `${path}.foreign.${seq}${attempt === 0 ? "" : `.${attempt}`}`;
    if (existsSync(aside)) continue;
    renameSync(path, aside);
    return aside;
  }
}
