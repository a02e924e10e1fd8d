/**
 * S3's chaos cases, each over a real state directory in a process of its own: what was injected, what noticed it, and the
 * proof that it came back. `node scripts/campaign-chaos.ts [--short] [CASE …]`; exit 1 after a problem, 2 for an unknown case.
 */
import { parseArgs } from "node:util";
import { CHAOS_CASES } from "../test/chaos/chaos-report.ts";
import { runChaos } from "../test/chaos/run-chaos.ts";

const { values, positionals } = parseArgs({ options: { short: { type: "boolean" } }, allowPositionals: true });
const unknown = positionals.find((name) => !CHAOS_CASES.some((known) => known === name));
if (unknown !== undefined) {
  console.error(`${unknown} is none of: ${CHAOS_CASES.join(", ")}`);
  process.exit(2);
}

let problems_seen = 0;
for (const name of CHAOS_CASES.filter((name) => positionals.length === 0 || positionals.includes(name))) {
  const started = performance.now();
  const { injected, found, problems, proof } = await runChaos(name, values.short === true ? "short" : "full");
  console.log(`${name}  ${((performance.now() - started) / 1000).toFixed(1)} s`);
  for (const [what, times] of Object.entries(injected))
    console.log(`  injected  ${String(times).padStart(5)}  ${what}`);
  console.log(`  found     ${found.join(", ")}`);
  console.log(`  proof     ${proof.object}, system#${proof.seq}, verdicts ${proof.verdicts_same ? "same" : "DIFFER"}`);
  for (const problem of problems) console.error(`  PROBLEM   ${problem}`);
  problems_seen += problems.length;
}
if (problems_seen > 0) process.exit(1);
