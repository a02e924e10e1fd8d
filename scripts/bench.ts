/**
 * Runs every benchmark of test/bench side by side with its baseline and prints figure, baseline, ratio and bar.
 * `npm run bench [-- NAME…] [--json]`; exit 1 when a bar is missed. `--help` lists the names.
 */
import { globSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { type BenchRow, printRows } from "../test/bench/row.ts";

interface BenchModule {
  bench?: () => Promise<BenchRow[]>;
}

const root = fileURLToPath(new URL("..", import.meta.url));
const { values, positionals } = parseArgs({
  options: { json: { type: "boolean" }, help: { type: "boolean", short: "h" } },
  allowPositionals: true,
});
const all = globSync("test/bench/*.ts", { cwd: root })
  .map((path) => basename(path, ".ts"))
  .filter((name) => name !== "row")
  .sort();
if (values.help === true) {
  console.log(`npm run bench [-- NAME…] [--json]\n\n${all.join("\n")}`);
  process.exit();
}
// A slip in a name would run nothing, and nothing misses no bar.
const unknown = positionals.filter((name) => !all.includes(name));
if (unknown.length > 0) throw new Error(`no benchmark ${unknown.join(", ")}; there are ${all.join(", ")}`);

const rows: BenchRow[] = [];
for (const name of positionals.length > 0 ? all.filter((one) => positionals.includes(one)) : all) {
  const { bench } = (await import(pathToFileURL(`${root}/test/bench/${name}.ts`).href)) as BenchModule;
  if (bench === undefined) throw new Error(`test/bench/${name}.ts exports no bench()`);
  const found = await bench();
  if (values.json !== true) printRows(found);
  rows.push(...found);
}
if (values.json === true) console.log(JSON.stringify(rows, null, 2));
process.exit(rows.some((row) => row.pass === false) ? 1 : 0);
