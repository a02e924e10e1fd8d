/** What runners left in a state directory, as people and scripts read it, and what is wrong with it. */
import { globSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { nativeSha256, openState } from "@tau-edge/adapter-node";
import { CYCLE_STREAM } from "@tau-edge/control";
import { toHex } from "@tau-edge/encoding";
import { tornFiles } from "./state-check.ts";

interface Rollout {
  readonly case_key: string;
  readonly case_id: string;
  readonly artifact: string;
}

export interface CycleState {
  readonly rollouts: readonly Rollout[];
  readonly processed_case_keys: readonly string[];
  readonly wasm_deliverables: readonly { readonly blueprint_id: string }[];
}

interface Line {
  readonly seq?: number;
  readonly nth?: number;
  readonly event_key?: string;
  readonly payload?: { readonly outcome: string };
}

/** What a runner printed: it was acknowledged. */
export interface SaidCycle {
  readonly record: { readonly seq: number; readonly record_hash: string };
}

export function readCycleState(stateDir: string): CycleState {
  return JSON.parse(readFileSync(join(stateDir, "state.json"), "utf8"));
}

function linesOf(path: string, problems: string[]): readonly Line[] {
  const text = readFileSync(path, "utf8");
  if (text !== "" && !text.endsWith("\n")) problems.push(`${path} ends within a line`);
  return text
    .split("\n")
    .filter((line) => line !== "")
    .flatMap((line) => {
      try {
        return [JSON.parse(line) as Line];
      } catch {
        problems.push(`${path} has a line that is no JSON: ${line.slice(0, 80)}`);
        return [];
      }
    });
}

/**
 * After a cycle that nobody killed: everything acknowledged is in the ledger, and each cycle and each case that was done
 * is told once.
 */
export async function cycleProblems(stateDir: string, said: readonly SaidCycle[]): Promise<readonly string[]> {
  const problems = [...(await tornFiles(stateDir)), ...(await ledgerProblems(stateDir, said))];
  const cycles = linesOf(join(stateDir, "runtime-events.jsonl"), problems).map(({ seq }) => seq);
  if (new Set(cycles).size !== cycles.length) problems.push(`cycles are told twice: ${cycles}`);
  for (const { record } of said) if (!cycles.includes(record.seq)) problems.push(`cycle ${record.seq} is not told`);
  const { rollouts, processed_case_keys } = readCycleState(stateDir);
  for (const path of globSync("channel-store/deployment/*/{log,context}.jsonl", { cwd: stateDir }))
    problems.push(...channelProblems(linesOf(join(stateDir, path), problems), path));
  for (const { case_key } of rollouts)
    if (!processed_case_keys.includes(case_key)) problems.push(`${case_key} is applied and not processed`);
  return [...problems, ...memoryProblems(stateDir, rollouts)];
}

async function ledgerProblems(stateDir: string, said: readonly SaidCycle[]): Promise<readonly string[]> {
  const problems: string[] = [];
  const state = await openState(stateDir);
  try {
    problems.push(...(await state.ledger.integrityProblems()));
    for (const { record } of said) {
      const [stored] = await state.ledger.read(CYCLE_STREAM, record.seq, 1);
      if (stored === undefined || toHex(stored.hash) !== record.record_hash)
        problems.push(`the acknowledged cycle ${record.seq} is missing`);
    }
    await state.files.check();
  } finally {
    await state.close();
  }
  return problems;
}

function channelProblems(lines: readonly Line[], path: string): readonly string[] {
  const problems: string[] = [];
  const places = lines.map(({ seq, nth }) => `${seq}.${nth}`);
  if (new Set(places).size !== places.length) problems.push(`${path} has lines twice: ${places}`);
  const done = lines.flatMap(({ event_key, payload }) =>
    payload?.outcome === "success" || payload?.outcome === "malformed_input" ? [event_key] : [],
  );
  if (new Set(done).size !== done.length) problems.push(`${path} says twice what was done: ${done}`);
  return problems;
}

/** Every rollout of a blueprint stands on its page. */
function memoryProblems(stateDir: string, rollouts: readonly Rollout[]): readonly string[] {
  const pages = globSync("channel-store/deployment/*/MEMORY.md", { cwd: stateDir });
  const texts = new Map(pages.map((path) => [basename(dirname(path)), readFileSync(join(stateDir, path), "utf8")]));
  return rollouts.flatMap(({ case_key, case_id }) => {
    const page = texts.get(case_key.split(":")[3] ?? "") ?? "";
    return page.includes(`- ${case_id} `) ? [] : [`${case_id} is not in MEMORY.md`];
  });
}

/** What does not depend on how often the same was begun. */
export function resultOf(stateDir: string): string {
  const { rollouts, processed_case_keys, wasm_deliverables } = readCycleState(stateDir);
  const applied = rollouts.map(({ case_key, artifact }) => [case_key, artifact]);
  const result = { applied, processed_case_keys: processed_case_keys.toSorted(), wasm_deliverables };
  return toHex(nativeSha256(new TextEncoder().encode(JSON.stringify(result))));
}
