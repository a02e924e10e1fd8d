/** Looks at a state directory as the next process finds it: everything acknowledged is there, nothing is torn. */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { openState } from "@tau-edge/adapter-node";
import { isDigest } from "@tau-edge/encoding";
import { type Acknowledged, storeSample } from "./sample-writer.ts";

/** @returns what is wrong, in words */
export async function problemsOf(stateDir: string, acknowledged: readonly Acknowledged[]): Promise<readonly string[]> {
  const problems: string[] = await tornFiles(stateDir);
  const state = await openState(stateDir);
  try {
    problems.push(...(await state.ledger.integrityProblems()));
    for (const what of acknowledged) {
      if ("object" in what && isDigest(what.object) && !(await state.objects.read(what.object, 1e6)))
        problems.push(`the acknowledged object ${what.object} is missing`);
      if ("record" in what && (await state.ledger.read(what.record, what.seq, 1)).length === 0)
        problems.push(`the acknowledged record ${what.record}#${what.seq} is missing`);
      if ("files" in what && (await deliverables(stateDir)).every(({ artifact_path }) => artifact_path !== what.files))
        problems.push(`the acknowledged files ${what.files} are not in state.json`);
    }
    await state.files.check();
  } finally {
    await state.close();
  }
  return problems;
}

/** Does the work again, as a user would, and looks at the result. */
export async function problemsAfterRetry(stateDir: string, nths: readonly number[]): Promise<readonly string[]> {
  const state = await openState(stateDir);
  const acknowledged: Acknowledged[] = [];
  for (const nth of nths) await storeSample(state, nth, (what) => acknowledged.push(what));
  await state.close();
  const listed = (await deliverables(stateDir)).length;
  const missing = listed === nths.length ? [] : [`${listed} deliverables in place of ${nths.length}`];
  return [...(await problemsOf(stateDir, acknowledged)), ...missing];
}

export async function deliverables(stateDir: string): Promise<readonly { readonly artifact_path: string }[]> {
  const text = await readFile(join(stateDir, "state.json"), "utf8").catch(() => '{"wasm_deliverables":[]}');
  return JSON.parse(text).wasm_deliverables;
}

/** Files whose name is a hash that their bytes do not have. */
export async function tornFiles(stateDir: string): Promise<string[]> {
  const torn: string[] = [];
  const entries = await readdir(stateDir, { recursive: true, withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const hex = /^([0-9a-f]{64})(\.wasm)?$/.exec(basename(entry.name))?.[1];
    if (!entry.isFile() || hex === undefined) continue;
    const path = join(entry.parentPath, entry.name);
    if (
      createHash("sha256")
        .update(await readFile(path))
        .digest("hex") !== hex
    )
      torn.push(`${path} is torn`);
  }
  return torn;
}
