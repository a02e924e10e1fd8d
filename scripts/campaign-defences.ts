/**
 * Proves that no defence of docs/threats.md is there for show: takes each out of a copy of the work tree, and demands that
 * the test that is named beside it fails then, and passes before. `npm run campaign:defences -- [--jobs N] [NUMBER or word …]`
 */
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { THREAT_GROUPS } from "./defences/all.ts";
import type { Defence, Shown } from "./defences/defence.ts";
import { occurrences, without } from "./defences/mutation.ts";
import { type Tried, tryTests } from "./defences/tried-test.ts";
import { copyWorkTree } from "./defences/work-tree-copy.ts";

const { values, positionals } = parseArgs({
  options: { jobs: { type: "string", default: String(Math.min(4, availableParallelism())) } },
  allowPositionals: true,
});
const jobs = Number(values.jobs);
if (!Number.isSafeInteger(jobs) || jobs < 1) {
  console.error("--jobs takes a whole number");
  process.exit(2);
}

interface Row extends Defence {
  readonly number: number;
}

const asked: readonly Row[] = THREAT_GROUPS.flatMap(({ threats }) => threats)
  .flatMap(({ number, defences }) => defences.map((defence) => ({ ...defence, number })))
  .filter(
    ({ number, by }) =>
      positionals.length === 0 || positionals.some((word) => word === `${number}` || by.includes(word)),
  );

const began = performance.now();
const scratch = realpathSync(mkdtempSync(join(tmpdir(), "tau-edge-defences-")));
process.once("exit", () => rmSync(scratch, { recursive: true, force: true }));
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));
const trees = Array.from({ length: jobs }, (_, nth) => join(scratch, String(nth)));
for (const tree of trees) copyWorkTree(tree);

const [first = ""] = trees;
const intact = await tryIntact(asked.map(({ shown }) => shown));
let unnoticed = 0;
let faults = 0;
const waiting = asked.values();
await Promise.all(
  trees.map(async (tree) => {
    for (const row of waiting) console.log(`${row.number}\t${await verdictOf(tree, row)}\t${row.by}`);
  }),
);
const seconds = Math.round((performance.now() - began) / 1_000);
if (faults > 0) console.log(`${faults} rows say nothing: their text, or their test, is not what they name`);
console.log(`${asked.length} defences, ${unnoticed} removed unnoticed, in ${seconds} s`);
process.exitCode = unnoticed + faults > 0 || asked.length === 0 ? 1 : 0;

/** Together, but for those that take others along. */
async function tryIntact(all: readonly Shown[]): Promise<ReadonlyMap<Shown, Tried>> {
  const tried = new Map<Shown, Tried>();
  const alone = all.filter(({ needsGroup }) => needsGroup === true).map((shown) => [shown]);
  for (const some of [all.filter(({ needsGroup }) => needsGroup !== true), ...alone])
    for (const [nth, verdict] of (await tryTests(first, some)).entries()) {
      const shown = some[nth];
      if (shown !== undefined) tried.set(shown, verdict);
    }
  return tried;
}

async function verdictOf(tree: string, row: Row): Promise<string> {
  const found = occurrences(tree, row);
  if (found !== 1) return fault(`the text stands in ${row.file} ${found} times`);
  if (intact.get(row.shown) !== "passed")
    return fault(`before anything was taken out: ${intact.get(row.shown)}, ${row.shown.name}`);
  const [tried] = await without(tree, row, () => tryTests(tree, [row.shown]));
  if (tried === "failed" || tried === "hung") return "noticed";
  if (tried === "none") return fault(`without it no test is reached, ${row.shown.name}`);
  unnoticed += 1;
  return `UNNOTICED by ${row.shown.file}: ${row.shown.name}`;
}

function fault(why: string): string {
  faults += 1;
  return `FAULT ${why}`;
}
