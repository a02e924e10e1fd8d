/**
 * Proves that rollouts keep their promises while processes die at every write, reports get lost or come twice, commands
 * come late and clocks jump. `node scripts/campaign-rollouts.ts [--count 10000] [--seed 1]`; exit 1 names the seed.
 */
import { parseArgs } from "node:util";
import { type Summary, simulate } from "../test/simulation/rollout-run.ts";

const { values } = parseArgs({
  options: { count: { type: "string", default: "10000" }, seed: { type: "string", default: "1" } },
});
const count = Number(values.count);
const first = Number(values.seed);
if (!Number.isSafeInteger(count) || count < 1 || !Number.isSafeInteger(first) || first < 0) {
  console.error("--count and --seed take whole numbers");
  process.exit(2);
}

const totals: Record<keyof Summary, number> = { records: 0, commits: 0, rollbacks: 0, crashes: 0, conflicts: 0 };
const started = performance.now();
for (let seed = first; seed < first + count; seed++) {
  try {
    const summary = await simulate(seed);
    for (const [name, value] of Object.entries(summary)) totals[name as keyof Summary] += value;
  } catch (error) {
    console.error(error);
    process.exit(1);
  }
}
const seconds = (performance.now() - started) / 1000;
console.log(`${count} runs, seeds ${first} to ${first + count - 1}, ${seconds.toFixed(1)} s:`, JSON.stringify(totals));
