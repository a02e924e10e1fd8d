// Runs one chaos case in a process of its own, and prints its report as one line of JSON.
// Arguments: the case, and `short` or `full`.
import { fileURLToPath } from "node:url";
import { CASES } from "./chaos-cases.ts";

export const CHAOS_PROCESS = fileURLToPath(import.meta.url);

if (process.argv[1] === CHAOS_PROCESS) {
  const [name = "", extent] = process.argv.slice(2);
  const found = Object.entries(CASES).find(([known]) => known === name);
  if (found === undefined) throw new Error(`no case ${name}`);
  process.stdout.write(`${JSON.stringify(await found[1](extent === "full" ? "full" : "short"))}\n`);
}
