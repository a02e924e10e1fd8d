/**
 * Proves that a collection takes nothing that anybody needs. Packagers, rollouts, people and collectors race on one disk in
 * memory, interleaved at every call of a port by a seed, with clocks that jump a century and processes that die at their
 * writes; then on real state directories; then collectors are killed at every call that changes the disk.
 * `node scripts/campaign-collection.ts [--count 10000] [--seed 1] [--real 200] [--kills all|none] [--jobs 2]`; exit 1 names
 * the seeds and the calls, 2 for what cannot run.
 */
import { rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { killCollector, undisturbed } from "../test/scenario/collection/collector-kill.ts";
import { realRace, tellHistories } from "../test/scenario/collection/real-race.ts";
import { makeScratch } from "../test/scenario/rollout-kill.ts";
import { STRACE_MISSING } from "../test/scenario/strace.ts";
import { race, type Summary } from "../test/simulation/collection/race.ts";

interface Stretch {
  readonly first: number;
  readonly step: number;
  readonly last: number;
}

type Said = { readonly seed: number; readonly summary: Summary } | { readonly seed: number; readonly problem: string };

async function raceAll({ first, step, last }: Stretch): Promise<void> {
  for (let seed = first; seed <= last; seed += step) {
    const said: Said = await race(seed).then(
      (summary) => ({ seed, summary }),
      (error: unknown) => ({ seed, problem: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
    parentPort?.postMessage(said);
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      count: { type: "string", default: "10000" },
      seed: { type: "string", default: "1" },
      real: { type: "string", default: "200" },
      kills: { type: "string", default: "all" },
      jobs: { type: "string", default: String(availableParallelism()) },
    },
  });
  const [count, first, real, jobs] = [values.count, values.seed, values.real, values.jobs].map(Number);
  const isWhole = (number: number | undefined, min: number): number is number =>
    number !== undefined && Number.isSafeInteger(number) && number >= min;
  if (!isWhole(count, 0) || !isWhole(first, 0) || !isWhole(real, 0) || !isWhole(jobs, 1)) {
    console.error("--count, --seed, --real and --jobs take whole numbers");
    process.exit(2);
  }
  const isKilling = values.kills !== "none";
  if (isKilling && STRACE_MISSING !== undefined) {
    console.error(`${STRACE_MISSING}; --kills none leaves them out`);
    process.exit(2);
  }
  let violations = await raceInMemory(first, count, jobs);
  const scratch = await makeScratch();
  if (real > 0) violations += await raceOnDisk(join(scratch, "races"), first, real, jobs);
  if (isKilling) violations += await killAll(scratch, jobs);
  await rm(scratch, { recursive: true, force: true });
  process.exitCode = violations > 0 ? 1 : 0;
}

/** Totals of many trials, and how many of them found something. */
class Count {
  readonly #what: string;
  readonly #totals: { [name: string]: number } = {};
  readonly #started = performance.now();
  #done = 0;
  violations = 0;

  constructor(what: string) {
    this.#what = what;
  }

  add(amounts: object): void {
    for (const [name, value] of Object.entries(amounts)) this.#totals[name] = (this.#totals[name] ?? 0) + value;
    this.#end();
  }

  fail(problem: string): void {
    this.violations += 1;
    console.error(problem);
    this.#end();
  }

  #end(): void {
    this.#done += 1;
    if (this.#done % 500 === 0) this.say();
  }

  say(): void {
    const seconds = ((performance.now() - this.#started) / 1000).toFixed(1);
    const totals = JSON.stringify({ ...this.#totals, violations: this.violations });
    console.log(`${this.#done} ${this.#what}, ${seconds} s:`, totals);
  }
}

async function raceInMemory(first: number, count: number, jobs: number): Promise<number> {
  const counted = new Count(`races in memory from seed ${first}`);
  const last = first + count - 1;
  const stretches = Array.from({ length: jobs }, (_, nth) => ({ first: first + nth, step: jobs, last }));
  await Promise.all(
    stretches.map((stretch) =>
      work(stretch, (said) => ("problem" in said ? counted.fail(said.problem) : counted.add(said.summary))),
    ),
  );
  counted.say();
  return counted.violations;
}

function work(stretch: Stretch, take: (said: Said) => void): Promise<void> {
  const worker = new Worker(fileURLToPath(import.meta.url), { workerData: stretch });
  worker.on("message", take);
  return new Promise((resolve, reject) => {
    worker.on("error", reject);
    worker.on("exit", () => resolve());
  });
}

async function raceOnDisk(scratch: string, first: number, count: number, jobs: number): Promise<number> {
  const counted = new Count(`races on state directories from seed ${first}`);
  const histories = await tellHistories(scratch);
  const seeds = Array.from({ length: count }, (_, nth) => first + nth).values();
  const raceSome = async () => {
    for (const seed of seeds)
      await realRace(seed, histories).then(
        (summary) => counted.add(summary),
        (error: unknown) => counted.fail(error instanceof Error ? error.message : String(error)),
      );
  };
  await Promise.all(Array.from({ length: jobs }, raceSome));
  counted.say();
  return counted.violations;
}

async function killAll(scratch: string, jobs: number): Promise<number> {
  const counted = new Count("collectors killed");
  const story = await undisturbed(scratch);
  const points = (["plan", "run"] as const)
    .flatMap((command) => story.points[command].map((point) => ({ command, point })))
    .values();
  const killSome = async () => {
    for (const { command, point } of points) {
      const problems = await killCollector(scratch, command, point, story);
      if (problems === undefined || problems.length === 0) counted.add({ [problems ? "killed" : "not_reached"]: 1 });
      else counted.fail(`${command}, ${JSON.stringify(point)}: ${problems.join("; ")}`);
    }
  };
  await Promise.all(Array.from({ length: jobs }, killSome));
  counted.say();
  return counted.violations;
}

if (isMainThread) await main();
else await raceAll(workerData as Stretch);
