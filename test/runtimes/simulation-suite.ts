/** Does every runtime draw the same rollouts? A simulation of three plans, bit by bit. Nothing here knows where it runs. */
import type { TestRegistrar } from "@tau-edge/ports/suites";
import { expectedTraffic, simulatePlan } from "@tau-edge/simulation";
import { AGREEMENT_PLANS } from "../simulation/agreement-plans.ts";
import { differences } from "./rollout-golden/differences.ts";

const RUNS = 60;
const SEED = 2 ** 40 + 7;

/** Plans that need all samplers between them: few and many failures, each kind of arrivals, every gate. */
const NAMES = ["the default, little traffic", "one failure in ten thousand", "every gate there is, three lanes"];

export interface SimulationGolden {
  readonly [name: string]: unknown;
}

export function simulationsOf(): SimulationGolden {
  const found = AGREEMENT_PLANS.filter(({ name }) => NAMES.includes(name)).map(({ name, plan }) => {
    const model = { ...expectedTraffic(plan), error_ppm: 3_100.5, slower_ppm: 31_000 };
    return [name, simulatePlan(plan, model, SEED, RUNS)] as const;
  });
  return Object.fromEntries(found);
}

export function simulationSuite(t: TestRegistrar, golden: SimulationGolden): void {
  t.test("golden simulations: the same rollouts, chances, times and estimates", async () => {
    const made = simulationsOf();
    if (Object.keys(made).length !== NAMES.length) throw new Error("a plan is missing");
    const found = differences(golden, made);
    if (found.length > 0) throw new Error([`${found.length} differ`, ...found.slice(0, 10)].join("\n"));
  });
}
