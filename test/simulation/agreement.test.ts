/** What is estimated of twenty plans lies where they would be: `npm run campaign:simulation` looks closer. */
import { expectedTraffic, simulatePlan } from "@tau-edge/simulation";
import { describe, expect, it } from "vitest";
import { AGREEMENT_PLANS } from "./agreement-plans.ts";
import { figuresOutsideMax } from "./figures-outside.ts";

const RUNS = 600;
const SEED = 1;

describe("the estimate and the simulation of twenty plans", () => {
  const found = AGREEMENT_PLANS.map(({ name, plan }) => ({
    name,
    agreement: simulatePlan(plan, expectedTraffic(plan), SEED, RUNS).agreement,
  }));

  it("are of plans that differ", () => {
    expect(found).toHaveLength(20);
    const chances = found.map(({ agreement: [whole] }) => whole?.estimated ?? 0);
    expect(Math.min(...chances)).toBeLessThan(5_000);
    expect(Math.max(...chances)).toBeGreaterThan(900_000);
  });

  it.each(found)("$name: the chance of a whole rollout lies in the interval", ({ agreement: [whole] }) => {
    expect(whole).toMatchObject({ what: "rollback_equal", agrees: true });
  });

  it("no more single figures lie outside than chance explains", () => {
    const figures = found.flatMap(({ agreement }) => agreement);
    const outside = figures.filter(({ agrees }) => !agrees);
    expect(figures.length).toBeGreaterThan(200);
    expect(outside.length).toBeLessThanOrEqual(figuresOutsideMax(figures.length));
  });

  it("where observations come evenly, the least time is the time", () => {
    for (const { name, plan } of AGREEMENT_PLANS) {
      const model = { ...expectedTraffic(plan), arrivals: "even" as const };
      for (const { what, unit, estimated, low, high } of simulatePlan(plan, model, SEED, 40).agreement)
        if (unit === "ms") expect([low, high], `${name}, ${what}`).toEqual([estimated, estimated]);
    }
  });

  it("where they come at random, it is the time to within a few observations", () => {
    for (const [at, { agreement }] of found.entries())
      for (const { what, unit, estimated, simulated } of agreement) {
        if (unit !== "ms") continue;
        const samples = Math.min(...(AGREEMENT_PLANS[at]?.plan.policy.stages ?? []).map((stage) => stage.min_samples));
        expect(Math.abs(simulated / estimated - 1), `${AGREEMENT_PLANS[at]?.name}, ${what}`).toBeLessThan(
          1.5 / Math.sqrt(samples),
        );
      }
  });
});
