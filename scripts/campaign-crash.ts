/**
 * Kills processes that roll releases out on the real stores at every call that changes the disk, then at random moments,
 * and lets every fsync fail once; proves that the next process finds everything acknowledged and comes to the same end.
 * `node scripts/campaign-crash.ts [--random 1000] [--jobs 2]`; exit 1 after a violation, 2 for what cannot run.
 */
import { rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { failFsync, kill, makeScratch, undisturbed } from "../test/scenario/rollout-kill.ts";
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

const scratch = await makeScratch();
const started = performance.now();
const story = await undisturbed(scratch);
console.log(`undisturbed: ${story.golden.records.length} records, ${story.golden.windows} frozen windows,`);
console.log(
  `${story.points.length} calls (${story.unreachable} more cannot be reached), ${story.elapsed_ms.toFixed(0)} ms`,
);

/** @returns what is wrong; `undefined`: the process had ended before its moment came */
type Trial = (scratch: string) => Promise<readonly string[] | undefined>;

interface Planned {
  readonly kind: string;
  readonly at: string;
  readonly trial: Trial;
}

const atCalls = story.points.map((point): Planned => {
  const trial: Trial = async (scratch) => {
    const { killed, problems } = await kill(scratch, { point }, story);
    return killed ? problems : ["the call is not reached"];
  };
  return { kind: `killed at ${point.call}`, at: JSON.stringify(point), trial };
});
const failing = story.points
  .filter(({ call }) => call === "fsync")
  .map((point): Planned => {
    const trial: Trial = (scratch) => failFsync(scratch, point, story);
    return { kind: "failed fsync", at: JSON.stringify(point), trial };
  });
const atMoments = Array.from({ length: random }, (): Planned => {
  const after_ms = Math.random() * story.elapsed_ms;
  const trial: Trial = async (scratch) => {
    const { killed, problems } = await kill(scratch, { after_ms }, story);
    return killed || problems.length > 0 ? problems : undefined;
  };
  return { kind: "killed at a moment", at: `${after_ms} ms`, trial };
});

const totals = new Map<string, number>();
let [done, restarts, violations] = [0, 0, 0];

async function work(waiting: Planned[], scratch: string): Promise<void> {
  for (let planned = waiting.shift(); planned !== undefined; planned = waiting.shift()) {
    const { kind, at, trial } = planned;
    const problems = await trial(scratch);
    done += 1;
    restarts += problems === undefined ? 0 : 1;
    const counted = problems === undefined ? "ended before its moment" : kind;
    totals.set(counted, (totals.get(counted) ?? 0) + 1);
    for (const problem of problems ?? []) {
      violations += 1;
      console.error(`${kind}, ${at}: ${problem}`);
    }
    if (done % 100 === 0) console.log(`${done} done, ${violations} violations`);
  }
}

const waiting = [...atCalls, ...failing, ...atMoments];
await Promise.all(Array.from({ length: jobs }, (_, nth) => work(waiting, join(scratch, String(nth)))));
await rm(scratch, { recursive: true, force: true });

const seconds = (performance.now() - started) / 1000;
const counts = { ...Object.fromEntries(totals), restarts, violations };
console.log(`${seconds.toFixed(1)} s:`, JSON.stringify(counts));
if (violations > 0) process.exit(1);
