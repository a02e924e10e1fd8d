/** Start-up of the packed command line beside the bare start of Node. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type BenchRow, printRows } from "./row.ts";

const ROUNDS = 21;
const root = fileURLToPath(new URL("../..", import.meta.url));

function timed(args: readonly string[]): number {
  const start = performance.now();
  const { status } = spawnSync(process.execPath, args, { stdio: "ignore" });
  if (status !== 0) throw new Error(`${args.join(" ")} ended with ${status}`);
  return performance.now() - start;
}

/** Medians of both, taken in turn so that a drift of the machine hits both alike. */
function pairs(ours: readonly string[], bare: readonly string[]): { ours: number; bare: number } {
  for (let warmUp = 0; warmUp < 3; warmUp += 1) timed(ours);
  const rounds = Array.from({ length: ROUNDS }, () => ({ ours: timed(ours), bare: timed(bare) }));
  const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1] ?? 0;
  return { ours: median(rounds.map((round) => round.ours)), bare: median(rounds.map((round) => round.bare)) };
}

export async function bench(): Promise<BenchRow[]> {
  const launcher = join(root, "dist/npm/tau-edge/bin/tau-edge.js");
  if (!existsSync(launcher)) execFileSync(process.execPath, [join(root, "scripts/build.ts")], { cwd: root });
  const small = join(root, "wasm-fixtures/built/assemblyscript-component.wasm");
  const inspect = pairs([launcher, "inspect", small], ["-e", "0"]);
  return [
    {
      name: "inspect of a 28 KB component, packed command line",
      figure: inspect.ours,
      unit: "ms",
      baseline: "node -e 0",
      baseline_figure: inspect.bare,
      bar: "<= 60 ms more",
      pass: inspect.ours - inspect.bare <= 60,
    },
  ];
}

if (import.meta.main) printRows(await bench());
