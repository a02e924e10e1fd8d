/** The doctor's look at `state.json`, and its cure: the file is moved aside and written anew from the ledger. */
import { existsSync, renameSync } from "node:fs";
import { join } from "node:path";
import { openState, readStateFile, startNativeSha256 } from "@tau-edge/adapter-node";
import { refuseAhead, type StateStamp } from "@tau-edge/contract";
import {
  askCollected,
  browserDids,
  CYCLE_STREAM,
  type DoctorCheck,
  deliverableEntries,
  openCatalog,
  rebuildCycles,
} from "@tau-edge/control";
import { toHex } from "@tau-edge/encoding";
import { SYSTEM_STREAM } from "@tau-edge/ledger";
import { type LedgerReader, PortError } from "@tau-edge/ports";

/** A file that shows more than the ledger has is all that is left of records that were lost, or belongs to another ledger. */
export function stateFileCheck(stateDir: string, ledger: LedgerReader): DoctorCheck {
  return {
    name: "state_file",
    async run() {
      const path = join(stateDir, "state.json");
      const state = readStateFile(path);
      if (state === undefined) return { detail: "not there yet" };
      if (state.stamp !== undefined) await checkNotAhead(state.stamp, path, ledger);
      const { deliverable_count, rollout_count } = state;
      return { detail: `deliverables: ${deliverable_count}, rollouts: ${rollout_count}` };
    },
  };
}

/** @throws PortError `state_foreign` */
async function checkNotAhead(stamp: StateStamp, path: string, ledger: LedgerReader): Promise<void> {
  const { heads } = await openCatalog(ledger).snapshot();
  const ahead = refuseAhead(
    stamp.seq,
    heads.reduce((sum, { seq }) => sum + seq + 1, 0),
  );
  if (ahead !== undefined)
    throw new PortError(ahead.code, `${path} ${ahead.at}`, ahead.detail, { remedy: ahead.remedy });
  for (const [stream, shown] of [
    [CYCLE_STREAM, stamp.cycles],
    [SYSTEM_STREAM, stamp.dids],
  ] as const) {
    if (shown === undefined) continue;
    const [stored] = await ledger.read(stream, shown.seq, 1);
    if (stored !== undefined && toHex(stored.hash) === shown.record_hash) continue;
    throw new PortError("state_foreign", path, `It shows the record ${stream}#${shown.seq}, which the ledger has not`, {
      remedy: "Restore the ledger; or, if it is the right one, `tau-edge doctor --rebuild-files`.",
    });
  }
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
