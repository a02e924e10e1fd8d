/**
 * Kills processes that roll releases out on the real stores at every call that changes the disk, then at random moments,
 * and proves that the next process finds everything acknowledged and comes to the same end.
 * `node scripts/campaign-crash.ts [--random 1000] [--jobs 2]`; exit 1 after a violation, 2 for what cannot run.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { kill, undisturbed, type When } from "../test/scenario/rollout-kill.ts";
import { STRACE_MISSING } from "../test/scenario/strace.ts";

const { values } = parseArgs({
  options: {
    random: { type: "string", default: "1000" },
    jobs: { type: "string", default: String(availableParallelism()) },
  },
});
const random = Number(values.random);
const jobs = Number(values.jobs);
if (!Number.isSafeInteger(random) || random < 0 || !Number.isSafeInteger(jobs) || jobs < 1) {
  console.error("--random and --jobs take whole numbers");
  process.exit(2);
}
if (STRACE_MISSING !== undefined) {
  console.error(STRACE_MISSING);
  process.exit(2);
}

const scratch = await mkdtemp(join(tmpdir(), "tau-edge-campaign-crash-"));
const started = performance.now();
const story = await undisturbed(scratch);
console.log(`undisturbed: ${story.golden.records.length} records, ${story.golden.windows} frozen windows,`);
console.log(
  `${story.points.length} calls (${story.unreachable} more cannot be reached), ${story.elapsed_ms.toFixed(0)} ms`,
);

const kinds = new Map<string, number>();
const totals = { kills: 0, restarts: 0, untouched: 0, violations: 0 };

async function work(waiting: When[], nth: number): Promise<void> {
  for (let when = waiting.pop(); when !== undefined; when = waiting.pop()) {
    const { killed, restarts, problems } = await kill(join(scratch, String(nth)), when, story);
    const kind = "point" in when ? when.point.call : "random moment";
    if (killed) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    totals.kills += killed ? 1 : 0;
    // A process that was to be killed later than it ended; a call must always be reached.
    totals.untouched += killed ? 0 : 1;
    totals.restarts += restarts;
    const unreached = !killed && "point" in when ? ["the call is not reached"] : [];
    for (const problem of [...problems, ...unreached]) {
      totals.violations += 1;
      console.error(`${JSON.stringify(when)}: ${problem}`);
    }
    if (totals.restarts % 100 === 0) console.log(`${totals.restarts} done, ${totals.violations} violations`);
  }
}

const moments = Array.from({ length: random }, (): When => ({ after_ms: Math.random() * story.elapsed_ms }));
const waiting = [...moments, ...story.points.map((point): When => ({ point })).reverse()];
await Promise.all(Array.from({ length: jobs }, (_, nth) => work(waiting, nth)));
await rm(scratch, { recursive: true, force: true });

const seconds = (performance.now() - started) / 1000;
console.log(`${seconds.toFixed(1)} s:`, JSON.stringify(totals), JSON.stringify(Object.fromEntries(kinds)));
if (totals.violations > 0) process.exit(1);
