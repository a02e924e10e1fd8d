/** The state directory that chaos comes over: a committed rollout, more records, and a backup of all that. */
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { openStateReader } from "@tau-edge/adapter-node";
import { toHex } from "@tau-edge/encoding";
import type { CliRun } from "../../packages/cli/src/cli.test-helper.ts";
import { type House, openHouse } from "../../packages/cli/src/verbs/backup/backup.test-helper.ts";

export type { House };

/** By stream, the hashes of its records in order. */
export type Chains = ReadonlyMap<string, readonly string[]>;

export async function openChaosHouse(): Promise<House> {
  return openHouse();
}

/** @throws Error when it does not end with 0 */
export async function must(running: Promise<CliRun>): Promise<CliRun> {
  const run = await running;
  if (run.exitCode !== 0) throw new Error(`exit ${run.exitCode}: ${run.stdout}${run.stderr}`);
  return run;
}

export async function chainsIn(stateDir: string): Promise<Chains> {
  const state = openStateReader(stateDir);
  try {
    const chains = new Map<string, readonly string[]>();
    for (const { stream, seq } of await state.ledger.ends()) {
      const hashes: string[] = [];
      while (hashes.length <= seq) {
        const page = await state.ledger.read(stream, hashes.length, 256);
        if (page.length === 0) throw new Error(`${stream}#${hashes.length} is missing`);
        hashes.push(...page.map(({ hash }) => toHex(hash)));
      }
      chains.set(stream, hashes);
    }
    return chains;
  } finally {
    await state.close();
  }
}

/** @returns how many records of `whole` are not there; throws nothing, and says what is there that never was */
export function comparedTo(
  whole: Chains,
  found: Chains,
): { readonly missing: number; readonly strange: readonly string[] } {
  const strange: string[] = [];
  let missing = 0;
  for (const [stream, hashes] of whole) {
    const there = found.get(stream) ?? [];
    missing += hashes.length - Math.min(hashes.length, there.length);
    if (there.some((hash, nth) => hash !== hashes[nth]))
      strange.push(`${stream} is no beginning of what was acknowledged`);
  }
  for (const stream of found.keys()) if (!whole.has(stream)) strange.push(`${stream} was never written`);
  return { missing, strange };
}

/** Does something with a copy of a directory, and takes it away again. */
export async function withCopy<T>(from: string, to: string, use: (copy: string) => Promise<T>): Promise<T> {
  cpSync(from, to, { recursive: true });
  try {
    return await use(to);
  } finally {
    rmSync(to, { recursive: true, force: true });
  }
}

/** Codes of what the doctor finds wrong, and how it ends. */
export async function doctorSays(
  house: House,
  stateDir: string,
): Promise<{ exitCode: number; codes: readonly string[] }> {
  const run = await house.run("doctor", "--state-dir", stateDir, "--json");
  const { checks } = run.json() as { readonly checks: readonly { readonly status: string; readonly code?: string }[] };
  const codes = checks.flatMap(({ status, code }) => (status === "failed" ? [code ?? "no_code"] : []));
  return { exitCode: run.exitCode, codes };
}

export const restoredPlace = (house: House): string => join(house.dir, "restored");
