/**
 * Collection as the state grows to a million objects and records: plan, run and the verification of chains, beside reading
 * every row and every name once. Half of the objects may go.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { writeLargeState } from "./collection/large-state.ts";
import { type Measured, PHASE_PROGRAM, PHASES, type Phase } from "./collection/phase.ts";
import { growthExponent } from "./ledger/growth.ts";
import { type BenchRow, printRows } from "./row.ts";

const SIZES = [10_000, 100_000, 1_000_000];
/** 1 is linear; what fits the caches at ten thousand does not at a million. */
const EXPONENT_MAX = 1.1;
/** A million objects with what is known of each. */
const MEMORY_MB_MAX = 2_000;
const NAMES: { readonly [phase in Exclude<Phase, "bare">]: string } = {
  verify: "verify the chains",
  dry_run: "plan without writing",
  plan: "plan and condemn half",
  run: "plan again and collect half",
};

type Run = { readonly size: number } & { readonly [phase in Phase]: Measured };

async function measure(scratch: string, size: number): Promise<Run> {
  const stateDir = join(scratch, String(size));
  await writeLargeState(stateDir, size);
  const perform = (phase: Phase): Measured =>
    JSON.parse(execFileSync(process.execPath, [PHASE_PROGRAM, stateDir, phase], { encoding: "utf8" }));
  // The files are in the cache of the system then, for all of them alike.
  perform("bare");
  const [bare, verify, dry_run, plan, run] = PHASES.map(perform);
  rmSync(stateDir, { recursive: true });
  if (!bare || !verify || !dry_run || !plan || !run) throw new Error("a phase is missing");
  return { size, bare, verify, dry_run, plan, run };
}

function rowsOf(phase: Exclude<Phase, "bare">, runs: readonly Run[]): BenchRow[] {
  const name = NAMES[phase];
  const largest = runs.at(-1);
  if (largest === undefined) return [];
  const exponent = growthExponent(runs.map((run) => ({ size: run.size, time_ms: run[phase].cpu_ms })));
  const [figure, baseline_figure] = [largest[phase].cpu_ms / 1_000, largest.bare.cpu_ms / 1_000];
  const { peak_mb } = largest[phase];
  const size = largest.size.toLocaleString("en");
  return [
    {
      name: `${name}, ${size} objects and records`,
      figure,
      unit: `s of processors, ${(largest[phase].time_ms / 1_000).toFixed(1)} s in all`,
      baseline: "reading rows and names",
      baseline_figure,
      ratio: figure / baseline_figure,
    },
    {
      name: `${name}, growth from ${runs[0]?.size.toLocaleString("en")}`,
      figure: exponent,
      unit: "(1 is linear)",
      bar: `<= ${EXPONENT_MAX}`,
      pass: exponent <= EXPONENT_MAX,
    },
    {
      name: `${name}, memory at most`,
      figure: peak_mb,
      unit: "MB",
      bar: `<= ${MEMORY_MB_MAX}`,
      pass: peak_mb <= MEMORY_MB_MAX,
    },
  ];
}

export async function bench(sizes: readonly number[] = SIZES): Promise<BenchRow[]> {
  const scratch = mkdtempSync(join(tmpdir(), "tau-edge-bench-collection-"));
  try {
    const runs: Run[] = [];
    for (const size of sizes) runs.push(await measure(scratch, size));
    return (["verify", "dry_run", "plan", "run"] as const).flatMap((phase) => rowsOf(phase, runs));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  const { positionals } = parseArgs({ allowPositionals: true });
  printRows(await bench(positionals.length > 0 ? positionals.map(Number) : SIZES));
}
