/**
 * Proves that a collection takes nothing that anybody needs: packagers, rollouts, people and collectors race on one disk,
 * interleaved at every call of a port by a seed, with clocks that jump a century and processes that die at their writes.
 * `node scripts/campaign-collection.ts [--count 10000] [--seed 1] [--jobs 2]`; exit 1 names the seeds, 2 for what cannot run.
 */
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { race, type Summary } from "../test/simulation/collection/race.ts";

interface Stretch {
  readonly first: number;
  readonly step: number;
  readonly last: number;
}

type Said = { readonly seed: number; readonly summary: Summary } | { readonly seed: number; readonly problem: string };

if (isMainThread) await main();
else await raceAll(workerData as Stretch);

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
      jobs: { type: "string", default: String(availableParallelism()) },
    },
  });
  const [count, first, jobs] = [values.count, values.seed, values.jobs].map(Number);
  const isWhole = (number: number | undefined, min: number): number is number =>
    number !== undefined && Number.isSafeInteger(number) && number >= min;
  if (!isWhole(count, 1) || !isWhole(first, 0) || !isWhole(jobs, 1)) {
    console.error("--count, --seed and --jobs take whole numbers");
    process.exit(2);
  }
  const totals: { [name: string]: number } = {};
  let [done, violations] = [0, 0];
  const started = performance.now();
  const seconds = () => ((performance.now() - started) / 1000).toFixed(1);
  const take = (said: Said) => {
    done += 1;
    if ("problem" in said) {
      violations += 1;
      console.error(said.problem);
    } else for (const [name, value] of Object.entries(said.summary)) totals[name] = (totals[name] ?? 0) + value;
    if (done % 1_000 === 0) console.log(`${done} races, ${violations} violations, ${seconds()} s`);
  };
  const last = first + count - 1;
  await Promise.all(Array.from({ length: jobs }, (_, nth) => work({ first: first + nth, step: jobs, last }, take)));
  console.log(`${count} races, seeds ${first} to ${last}, ${seconds()} s:`, JSON.stringify({ ...totals, violations }));
  process.exitCode = violations > 0 ? 1 : 0;
}

function work(stretch: Stretch, take: (said: Said) => void): Promise<void> {
  const worker = new Worker(fileURLToPath(import.meta.url), { workerData: stretch });
  worker.on("message", take);
  return new Promise((resolve, reject) => {
    worker.on("error", reject);
    worker.on("exit", () => resolve());
  });
}
