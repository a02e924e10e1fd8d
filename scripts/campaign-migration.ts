/**
 * Kills `tau-edge migrate run` and `migrate undo` at every call that changes the disk, lets each write fail as on a full disk
 * and each fsync with EIO, and proves that the state is the old
 * one, byte for byte, or the new one, complete; that the next run finishes it, and that its undo gives the old bytes back.
 * `node scripts/campaign-migration.ts [--jobs 2]`; exit 1 after a violation, 2 for what cannot run.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openShop } from "../packages/cli/src/verbs/rollout/rollout.test-helper.ts";
import {
  bundleCommand,
  killMigration,
  type MigrationPoint,
  type MigrationStory,
  tellMigration,
} from "../test/migration/migration-kill.ts";
import { makeVersion1 } from "../test/migration/version-1.ts";
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

const started = performance.now();
const scratch = await makeScratch();
const shop = await openShop();
const version_1 = join(shop.dir, ".tau/deployment");
makeVersion1(version_1);
const program = await bundleCommand(scratch);
const totals = new Map<string, number>();
let violations = 0;

for (const verb of ["run", "undo"] as const) {
  const story = await tellMigration(verb, { scratch, program, version_1 });
  console.log(`migrate ${verb}: ${story.points.length} calls (${story.unreachable} more cannot be reached)`);
  const waiting = story.points.flatMap((point): Trial[] => [
    { point, what: "signal=SIGKILL" },
    ...(point.call === "pwrite64" ? [{ point, what: "error=ENOSPC" }] : []),
    ...(point.call === "fsync" ? [{ point, what: "error=EIO" }] : []),
  ]);
  await Promise.all(Array.from({ length: jobs }, () => work(waiting, story)));
}
shop.leave();
await rm(scratch, { recursive: true, force: true });

interface Trial {
  readonly point: MigrationPoint;
  readonly what: string;
}

async function work(waiting: Trial[], story: MigrationStory): Promise<void> {
  for (let trial = waiting.shift(); trial !== undefined; trial = waiting.shift()) {
    const { point, what } = trial;
    const directory = await mkdtemp(join(scratch, "one-"));
    const { killed, problems, left } = await killMigration(directory, point, story, what);
    await rm(directory, { recursive: true, force: true });
    const how = killed ? "killed" : what;
    const kind = `${story.verb} ${how} at ${point.call}, schema ${left} left`;
    totals.set(kind, (totals.get(kind) ?? 0) + 1);
    for (const problem of problems) {
      violations += 1;
      console.error(`migrate ${story.verb}, ${what}, ${JSON.stringify(point)}: ${problem}`);
    }
  }
}

const seconds = (performance.now() - started) / 1000;
console.log(`${seconds.toFixed(1)} s:`, JSON.stringify({ ...Object.fromEntries(totals), violations }, undefined, 2));
if (violations > 0) process.exit(1);
