/**
 * Runs every benchmark of test/bench side by side with its baseline and prints figure, baseline, ratio and bar.
 * `npm run bench [-- NAME…] [--json]`; exit 1 when a bar is missed.
 */
import { globSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type BenchRow, printRows } from "../test/bench/row.ts";

interface BenchModule {
  bench?: () => Promise<BenchRow[]>;
}

const root = fileURLToPath(new URL("..", import.meta.url));
const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith("-"));
const files = globSync("test/bench/*.ts", { cwd: root })
  .filter((path) => basename(path) !== "row.ts")
  .filter((path) => wanted.length === 0 || wanted.includes(basename(path, ".ts")))
  .sort();

const rows: BenchRow[] = [];
for (const path of files) {
  const { bench } = (await import(pathToFileURL(`${root}/${path}`).href)) as BenchModule;
  if (bench === undefined) throw new Error(`${path} exports no bench()`);
  const found = await bench();
  if (!process.argv.includes("--json")) printRows(found);
  rows.push(...found);
}
if (process.argv.includes("--json")) console.log(JSON.stringify(rows, null, 2));
process.exit(rows.some((row) => row.pass === false) ? 1 : 0);
