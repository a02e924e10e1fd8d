/** The doctor's look at `state.json`, and its cure: the file is moved aside and written anew from the ledger. */
import { existsSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { openState } from "@tau-edge/adapter-node";
import { CONTRACT_LIMITS, readState } from "@tau-edge/contract";
import { type DoctorCheck, deliverableEntries, openCatalog } from "@tau-edge/control";
import type { Sha256 } from "@tau-edge/encoding";
import { PortError } from "@tau-edge/ports";
import type { CliIo } from "./io.ts";
import { readFileOnce } from "./operands.ts";

export function stateFileCheck(io: CliIo, stateDir: string, sha256: Sha256): DoctorCheck {
  const path = join(stateDir, "state.json");
  return {
    name: "state_file",
    async run() {
      if (statSync(path, { throwIfNoEntry: false }) === undefined) return { detail: "not there yet" };
      const state = readState(readFileOnce(io, path, CONTRACT_LIMITS.state_bytes_max), sha256);
      if (state.outcome === "refused")
        throw new PortError(state.code, state.at, state.detail, { remedy: state.remedy });
      if (state.written_by === "foreign")
        throw new PortError("state_foreign", path, "Somebody else changed what this program writes", {
          remedy: "`tau-edge doctor --rebuild-files` moves the file aside and writes it anew from the ledger.",
        });
      return { detail: `deliverables: ${state.wasm_deliverables.length}, rollouts: ${state.rollout_count}` };
    },
  };
}

/** @returns where the old file went, undefined when there was none */
export async function rebuildStateFile(stateDir: string): Promise<string | undefined> {
  const state = await openState(stateDir);
  try {
    const catalog = openCatalog(state.ledger);
    const entries = () => deliverableEntries(catalog, state.default_output_dir);
    const path = join(stateDir, "state.json");
    const aside = await moveAside(path, (await entries()).seq);
    await state.files.refresh(entries);
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
