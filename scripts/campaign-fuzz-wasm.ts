/**
 * Proves that the binary reader answers any mutation of its corpus with a coded error or a stable inspection, within
 * 50 ms for each MiB. `node scripts/campaign-fuzz-wasm.ts [--count 1000000] [--seed 1]`; exit 1 names the mutation.
 */
import { parseArgs } from "node:util";
import { inspect } from "@tau-edge/wasm";
import { SeededRandom } from "../test/fuzz/random.ts";
import { check, loadCorpus } from "../test/fuzz/wasm-fuzz.ts";
import { mutate } from "../test/fuzz/wasm-mutations.ts";

const TIME_MS_PER_MIB_MAX = 50;
/** Inputs of a few bytes are allowed this much, for a collection of garbage or another process in between. */
const TIME_MS_FLOOR = 20;
/** A slow run is repeated this often before it counts. */
const REPEATS = 3;

const { values } = parseArgs({
  options: { count: { type: "string", default: "1000000" }, seed: { type: "string", default: "1" } },
});
const count = Number(values.count);
const seed = Number(values.seed);
if (!Number.isSafeInteger(count) || count < 1 || !Number.isSafeInteger(seed)) {
  console.error("--count and --seed take whole numbers");
  process.exit(2);
}

function timeOf(bytes: Uint8Array, features: boolean): number {
  const start = performance.now();
  try {
    inspect(bytes, { features });
  } catch {
    // `check` has judged what is thrown; here only the time counts.
  }
  return performance.now() - start;
}

function fastest(bytes: Uint8Array, features: boolean): number {
  return Math.min(...Array.from({ length: REPEATS }, () => timeOf(bytes, features)));
}

const random = new SeededRandom(seed);
const corpus = loadCorpus();
const outcomes = new Map<string, number>();
let slowest = 0;
let mutatedBytes = 0;
const started = performance.now();
for (let index = 0; index < count; index++) {
  const bytes = mutate(corpus, random);
  const features = index % 4 === 0;
  mutatedBytes += bytes.length;
  try {
    const start = performance.now();
    const outcome = check(bytes, features);
    // `check` reads the bytes twice and nested modules once more.
    let time = performance.now() - start;
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    const allowed = Math.max(TIME_MS_FLOOR, (bytes.length / 2 ** 20) * TIME_MS_PER_MIB_MAX);
    if (time > allowed) time = fastest(bytes, features);
    if (time > allowed) throw new Error(`${time.toFixed(1)} ms for ${bytes.length} bytes`);
    slowest = Math.max(slowest, time);
  } catch (error) {
    console.error(`seed ${seed}, mutation ${index}:`, error);
    console.error(Buffer.from(bytes).toString("base64"));
    process.exit(1);
  }
}
const seconds = (performance.now() - started) / 1000;
for (const [outcome, times] of [...outcomes].toSorted(([, a], [, b]) => b - a)) console.log(`${outcome}\t${times}`);
console.log(
  `${count} mutations, seed ${seed}: ${(mutatedBytes / 2 ** 20).toFixed(0)} MiB in ${seconds.toFixed(1)} s, ` +
    `slowest ${slowest.toFixed(1)} ms; nothing but coded errors`,
);
