/**
 * Proves that the races of collection can find something: takes each defence out of a copy of the work tree, one at a time,
 * and demands that a race breaks a promise then. `node scripts/campaign-collection-defences.ts [--races 400] [--jobs 2] [WORD …]`
 */
import { spawn } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { COLLECTION_DEFENCES, type CollectionDefence } from "./defences/collection.ts";
import { occurrences, without } from "./defences/mutation.ts";
import { copyWorkTree } from "./defences/work-tree-copy.ts";

const { values, positionals } = parseArgs({
  options: {
    races: { type: "string", default: "400" },
    jobs: { type: "string", default: String(availableParallelism()) },
  },
  allowPositionals: true,
});
const [races, jobs] = [Number(values.races), Number(values.jobs)];
if (!Number.isSafeInteger(races) || races < 1 || !Number.isSafeInteger(jobs) || jobs < 1) {
  console.error("--races and --jobs take whole numbers");
  process.exit(2);
}

const asked = COLLECTION_DEFENCES.filter(
  ({ by }) => positionals.length === 0 || positionals.some((word) => by.includes(word)),
);
const scratch = realpathSync(mkdtempSync(join(tmpdir(), "tau-edge-collection-defences-")));
process.once("exit", () => rmSync(scratch, { recursive: true, force: true }));
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));
const trees = Array.from({ length: jobs }, (_, nth) => join(scratch, String(nth)));
for (const tree of trees) copyWorkTree(tree);

let unnoticed = 0;
const waiting = asked.values();
await Promise.all(
  trees.map(async (tree) => {
    for (const defence of waiting) console.log(`${await verdictOf(tree, defence)}\t${defence.by}`);
  }),
);
console.log(`${asked.length} defences, ${unnoticed} removed unnoticed`);
process.exitCode = unnoticed > 0 || asked.length === 0 ? 1 : 0;

async function verdictOf(tree: string, defence: CollectionDefence): Promise<string> {
  const found = occurrences(tree, defence);
  if (found !== 1) return miss(`FAULT the text stands in ${defence.file} ${found} times`);
  const { status, said } = await without(tree, defence, () =>
    defence.test === undefined
      ? run(tree, ["test/simulation/collection/first-problem.ts", "1", String(races)])
      : run(tree, ["node_modules/vitest/vitest.mjs", "run", "--project", "!workerd", defence.test]),
  );
  if (status === 1) return defence.test === undefined ? `noticed: ${said}` : `noticed by ${defence.test}`;
  return miss(status === 0 ? `UNNOTICED in ${races} races` : `FAULT it ends with ${status}: ${said}`);
}

function miss(what: string): string {
  unnoticed += 1;
  return what;
}

/** @returns its exit status, and its last line */
function run(cwd: string, args: readonly string[]): Promise<{ readonly status: number | null; readonly said: string }> {
  const child = spawn(process.execPath, args, { cwd, stdio: ["ignore", "pipe", "ignore"] });
  let output = "";
  child.stdout.on("data", (piece: Buffer) => {
    output += piece.toString();
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status) => resolve({ status, said: output.trim().split("\n").at(-1) ?? "" }));
  });
}
