/**
 * Kills `tau-edge run` at every call of a cycle that changes the disk, and proves that the next runner finds everything
 * acknowledged, says nothing twice and comes to the same end.
 * `node scripts/campaign-cycles.ts [--jobs 2]`; exit 1 after a violation, 2 for what cannot run.
 */
import { rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type CyclePoint, killCycle, tellCycle } from "../test/scenario/cycle-kill.ts";
import { makeScratch } from "../test/scenario/rollout-kill.ts";
import { STRACE_MISSING } from "../test/scenario/strace.ts";

const { values } = parseArgs({ options: { jobs: { type: "string", default: String(availableParallelism()) } } });
const jobs = Number(values.jobs);
if (!Number.isSafeInteger(jobs) || jobs < 1) {
  console.error("--jobs takes a whole number from 1");
  process.exit(2);
}
if (STRACE_MISSING !== undefined) {
  console.error(STRACE_MISSING);
  process.exit(2);
}

const scratch = await makeScratch();
const started = performance.now();
const story = await tellCycle(scratch, fileURLToPath(new URL("../packages/cli/src/main.ts", import.meta.url)));
console.log(`one cycle: ${story.points.length} calls (${story.unreachable} more cannot be reached)`);

const totals = new Map<string, number>();
let [done, violations] = [0, 0];

async function work(waiting: CyclePoint[]): Promise<void> {
  for (let point = waiting.shift(); point !== undefined; point = waiting.shift()) {
    const { killed, problems } = await killCycle(scratch, point, story);
    const kind = killed ? `killed at ${point.call}` : "ended before its call";
    totals.set(kind, (totals.get(kind) ?? 0) + 1);
    for (const problem of problems) {
      violations += 1;
      console.error(`${JSON.stringify(point)}: ${problem}`);
    }
    done += 1;
    if (done % 50 === 0) console.log(`${done} done, ${violations} violations`);
  }
}

const waiting = [...story.points];
await Promise.all(Array.from({ length: jobs }, () => work(waiting)));
await rm(scratch, { recursive: true, force: true });

const seconds = (performance.now() - started) / 1000;
console.log(`${seconds.toFixed(1)} s:`, JSON.stringify({ ...Object.fromEntries(totals), violations }));
if (violations > 0) process.exit(1);
