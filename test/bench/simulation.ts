/**
 * Simulated rollouts a second on one core: of an equal release, which go all the way, by the default plan; and how the time
 * of one grows with the windows of its watch and with its stages.
 */
import { encodeUtf8 } from "@tau-edge/encoding";
import { type Plan, readPlan } from "@tau-edge/rollout";
import { expectedTraffic } from "@tau-edge/simulation";
import { Chance } from "../../packages/simulation/src/chance.ts";
import { behaviourOf } from "../../packages/simulation/src/model.ts";
import { runRollout } from "../../packages/simulation/src/run-rollout.ts";
import { worldOf } from "../../packages/simulation/src/world.ts";
import { type BenchRow, printRows } from "./row.ts";

const ROLLOUTS_PER_S_MIN = 1_000;
/** Of the default plan. */
const RUNS = 4_000;
const GROWTH_RUNS = 200;
const ROUNDS = 5;
/** Ten times as much takes at most so many times as long: what each rollout has besides makes it less than ten. */
const GROWTH_MAX = 13;
const MINUTE_MS = 60_000;

function planWith(policy: object): Plan {
  const digest = `sha256:${"11".repeat(32)}`;
  const document = {
    schema_version: 1,
    blueprint: "bench",
    environments: ["dev"],
    release: digest,
    manifest: digest,
    baseline: "committed",
    expected_per_hour: 6_000_000,
    policy,
  };
  return readPlan(encodeUtf8(JSON.stringify(document)));
}

/** The best of some rounds, in rollouts a second of this process: what else the machine does takes nothing from it. */
function perSecond(plan: Plan, runs: number): number {
  const model = expectedTraffic(plan);
  const world = worldOf(plan, model, behaviourOf(model));
  let best = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const start = process.cpuUsage();
    for (let run = 0; run < runs; run++) runRollout(new Chance(round, 0, run), world);
    const { user, system } = process.cpuUsage(start);
    best = Math.max(best, (runs / (user + system)) * 1_000_000);
  }
  return best;
}

function growth(name: string, few: Plan, many: Plan): BenchRow {
  const [baseline_figure, figure] = [1e6 / perSecond(few, GROWTH_RUNS), 1e6 / perSecond(many, GROWTH_RUNS)];
  const ratio = figure / baseline_figure;
  return {
    ...{ name, figure, unit: "us a rollout", baseline: "with a tenth of them", baseline_figure, ratio },
    ...{ bar: `ratio at most ${GROWTH_MAX}`, pass: ratio <= GROWTH_MAX },
  };
}

const watching = (windows: number) => planWith({ watch: { duration_ms: windows * 5 * MINUTE_MS } });
const staged = (stages: number) =>
  planWith({
    stages: Array.from({ length: stages }, (_, nth) => ({ weight_bp: Math.ceil(((nth + 1) * 10_000) / stages) })),
    watch: { duration_ms: 5 * MINUTE_MS },
  });

export async function bench(): Promise<BenchRow[]> {
  const plan = planWith({});
  perSecond(plan, RUNS / 10);
  const figure = perSecond(plan, RUNS);
  return [
    {
      ...{ name: "simulated rollouts of the default plan, 17 windows each", figure, unit: "/s" },
      ...{ bar: `at least ${ROLLOUTS_PER_S_MIN}/s`, pass: figure >= ROLLOUTS_PER_S_MIN },
    },
    growth("a rollout with a watch of 900 windows", watching(90), watching(900)),
    growth("a rollout with 20 stages", staged(2), staged(20)),
  ];
}

if (import.meta.main) printRows(await bench());
