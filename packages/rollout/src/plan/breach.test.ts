import { SeededChance } from "@tau-edge/adapter-memory";
import { describe, expect, it } from "vitest";
import { failingIsCertain } from "../gates/certainty.ts";
import { allowed, chanceOfBreach } from "./breach.ts";
import { planWith } from "./plan.test-helper.ts";

/** The chance of every number of failures after every observation, by the rule of the gate: slow, and without a shortcut. */
function byTheGate(chance: number, max_ppm: number, min_samples: number, samples: number): number {
  const { policy } = planWith({
    policy: {
      stages: [{ weight_bp: 10_000, min_samples }],
      gates: [{ id: "e", metric: "error_rate", max_ppm }],
    },
  });
  let counts = [1];
  let breached = 0;
  for (let total = 1; total <= samples; total++) {
    const next = new Array<number>(counts.length + 1).fill(0);
    for (const [failed, share] of counts.entries()) {
      next[failed] = (next[failed] ?? 0) + share * (1 - chance);
      next[failed + 1] = (next[failed + 1] ?? 0) + share * chance;
    }
    counts = next.map((share, failed) => {
      if (!failingIsCertain(policy, 0, { failed, total })) return share;
      breached += share;
      return 0;
    });
    while (counts.length > 1 && (counts.at(-1) ?? 0) === 0) counts.pop();
  }
  return breached;
}

describe("the chance of a breach", () => {
  it.each<[number, number, number, number]>([
    [0.0025, 5_000, 200, 200],
    [0.0025, 5_000, 200, 3_000],
    [0.0025, 5_000, 1_000, 1_001],
    [0.01, 5_000, 400, 400],
    [0.01, 5_000, 400, 2_000],
    [0.005, 5_000, 1_000, 4_000],
    [0.15, 300_000, 7, 500],
    [0.4, 333_333, 3, 40],
    [0.0025, 5_000, 1_000, 300],
    [0.5, 5_000, 1_000, 5],
    [0.5, 5_000, 1_000, 6],
    [0.001, 0, 100, 250],
    [0.5, 1_000_000, 10, 50],
  ])("of failures with chance %f against %i ppm, from %i to %i observations, is that of the gate", (...of) => {
    const [chance, max_ppm, min_samples, samples] = of;
    const found = chanceOfBreach({ chance, max_ppm, min_samples, samples });
    expect(Math.abs(found - byTheGate(...of))).toBeLessThan(1e-10);
  });

  it("is more than that of the window's end alone, where the window stays open", () => {
    const stays = { chance: 0.0025, max_ppm: 5_000, min_samples: 1_000, samples: 20_000 };
    const ends = { ...stays, min_samples: 20_000 };
    expect(chanceOfBreach(ends)).toBeLessThan(1e-8);
    expect(chanceOfBreach(stays)).toBeGreaterThan(0.04);
  });

  it("is none of what never fails, and certain of what always does, once it can be seen", () => {
    const gate = { max_ppm: 5_000, min_samples: 1_000, samples: 1_000 };
    expect(chanceOfBreach({ ...gate, chance: 0 })).toBe(0);
    expect(chanceOfBreach({ ...gate, chance: 1 })).toBe(1);
    expect(chanceOfBreach({ ...gate, chance: 1, samples: 5 })).toBe(0);
  });

  it("goes over to the normal curve where failures are many, without a step", () => {
    const at = (min_samples: number) =>
      chanceOfBreach({ chance: 0.0497, max_ppm: 50_000, min_samples, samples: min_samples });
    expect(Math.abs(at(400_000) - at(404_000))).toBeLessThan(0.01);
  });

  it("is what single observations from a seed come to", () => {
    const chance = new SeededChance(5);
    const runs = 1_500;
    let breached = 0;
    for (let run = 0; run < runs; run++) {
      let failed = 0;
      for (let total = 1; total <= 1_000; total++) {
        if (chance.uint32() / 2 ** 32 < 0.003) failed += 1;
        if (failed > allowed(5_000, Math.max(total, 500))) {
          breached += 1;
          break;
        }
      }
    }
    const computed = chanceOfBreach({ chance: 0.003, max_ppm: 5_000, min_samples: 500, samples: 1_000 });
    expect(Math.abs(breached / runs - computed)).toBeLessThan(3.3 * Math.sqrt((computed * (1 - computed)) / runs));
  });
});
