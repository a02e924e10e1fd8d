import type { Plan } from "@tau-edge/rollout";
import { describe, expect, it } from "vitest";
import { planWith } from "../../rollout/src/plan/plan.test-helper.ts";
import { RUNS_MAX } from "./limits.ts";
import { expectedTraffic, type TrafficModel } from "./model.ts";
import { type Simulation, simulateInSteps, simulatePlan } from "./simulate-plan.ts";

const plan = planWith({ expected_per_hour: 60_000 });
const simulated = (model: Partial<TrafficModel> = {}, runs = 200, seed = 1, of: Plan = plan): Simulation =>
  simulatePlan(of, { ...expectedTraffic(of), ...model }, seed, runs);

describe("a simulation", () => {
  it("is the same for the same seed, and another for another", () => {
    expect(simulated()).toEqual(simulated());
    expect(simulated({}, 200, 2)).not.toEqual(simulated());
  });

  it("of more runs begins with the same ones", () => {
    const [few, more] = [simulated({}, 50), simulated({}, 100)];
    expect(more.equal.rolled_back.count).toBeGreaterThanOrEqual(few.equal.rolled_back.count);
    expect(more.equal.rolled_back.count).toBeLessThanOrEqual(few.equal.rolled_back.count + 50);
  });

  it("says how far it is, every hundred runs of everything that is tried", () => {
    const steps = simulateInSteps(plan, expectedTraffic(plan), 0, 100);
    const told: unknown[] = [];
    for (let step = steps.next(); step.done !== true; step = steps.next()) told.push(step.value);
    expect(told).toEqual([1, 2, 3, 4, 5].map((nth) => ({ done: nth * 100, of: 500 })));
  });

  it("takes the release of the model as the equal one where it is", () => {
    const equal = simulated();
    expect(equal.release).toBe(equal.equal);
    const other = simulated({ error_ppm: 4_000 });
    expect(other.release).toMatchObject({ error_ppm: 4_000, slower_ppm: 0 });
    expect(other.equal).toEqual(equal.equal);
  });

  it("of a release that is as bad as it may be stops most of them, and says by what", () => {
    const { release } = simulated({ error_ppm: 5_000, slower_ppm: 100_000 });
    expect(release.committed.count).toBeLessThan(10);
    const codes = release.codes.map(({ code }) => code);
    expect(codes.toSorted()).toEqual(["error_rate_breached", "p95_latency_breached"]);
    expect(release.codes.reduce((sum, { count }) => sum + count, 0)).toBe(200 - release.committed.count);
  });

  it("adds up: who reaches a stage has left the one before it", () => {
    const { release } = simulated({ error_ppm: 4_200 });
    let reached = release.committed.of;
    for (const stage of release.stages) {
      expect(stage.reached).toBe(reached);
      reached -= stage.stopped.count;
    }
    expect(reached).toBe(release.committed.count);
  });

  it("compares with the estimate only where that is of the same traffic", () => {
    expect(simulated().agreement.length).toBe(20);
    expect(simulated({ error_ppm: 9_000 }).agreement.length).toBe(20);
    expect(simulated({ expected_per_hour: 1_000_000 }).agreement).toEqual([]);
    expect(simulated({ latency_sigma_ppm: 500_000 }).agreement).toEqual([]);
    expect(simulated({ baseline_error_ppm: 1 }).agreement).toEqual([]);
  });

  it("finds an estimate that is wrong", () => {
    const { agreement } = simulated({ slower_ppm: 0 }, 400);
    const [whole] = agreement;
    expect(whole).toMatchObject({ what: "rollback_equal", agrees: true });
    // Twice what is estimated would lie outside.
    expect(2 * (whole?.estimated ?? 0)).toBeGreaterThan(whole?.high ?? 0);
  });

  it.each<[string, Partial<TrafficModel>, number, number]>([
    ["no runs", {}, 0, 0],
    ["too many runs", {}, RUNS_MAX + 1, 0],
    ["half a run", {}, 1.5, 0],
    ["a seed below 0", {}, 1, -1],
    ["a seed that is no integer", {}, 1, 0.5],
    ["more failures than observations", { error_ppm: 1_000_001 }, 1, 0],
    ["failures that are no number", { error_ppm: Number.NaN }, 1, 0],
    ["nobody who observes", { expected_per_hour: 0 }, 1, 0],
    ["observations in fractions", { expected_per_hour: 1.5 }, 1, 0],
    ["a release that needs no time", { slower_ppm: -1_000_000 }, 1, 0],
    ["latencies without end", { latency_median_us: Number.POSITIVE_INFINITY }, 1, 0],
  ])("of %s is refused", (_name, model, runs, seed) => {
    expect(() => simulated(model, runs, seed)).toThrow(RangeError);
  });
});
