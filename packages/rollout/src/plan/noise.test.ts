import { describe, expect, it } from "vitest";
import { equalRelease, limitsOf, NOISE_ASSUMPTIONS, twiceAsBad } from "./noise.ts";
import { planWith } from "./plan.test-helper.ts";

const ERRORS = { id: "e", metric: "error_rate", max_ppm: 5_000 };
const P95 = { id: "p", metric: "p95_latency_delta", max_ppm: 100_000 };
const limits = (gates: object[], changes: object = {}) => limitsOf(planWith({ ...changes, policy: { gates } }));

describe("the limits of a plan", () => {
  it("are the tightest of each figure", () => {
    const tighter = { ...ERRORS, id: "e2", max_ppm: 400 };
    expect(limits([ERRORS, tighter, P95])).toEqual({ errors_ppm: 400, slower_ppm: 100_000 });
  });

  it("are none where no gate looks, nor where there is nothing to compare with", () => {
    expect(limits([])).toEqual({});
    expect(limits([P95], { baseline: "none" })).toEqual({});
    expect(limits([{ id: "c", metric: "external_check", check: "smoke" }])).toEqual({});
  });
});

describe("a release that is tried beforehand", () => {
  it("fails half as often as it may when it is equal, and not at all where nothing is said", () => {
    expect(equalRelease({ errors_ppm: 5_000 }, NOISE_ASSUMPTIONS)).toEqual({ failing: 0.0025, slowness: 1 });
    expect(equalRelease({}, NOISE_ASSUMPTIONS)).toEqual({ failing: 0, slowness: 1 });
    expect(equalRelease({ errors_ppm: 5_000 }, { ...NOISE_ASSUMPTIONS, equal_failures_ppm_of_limit: 0 }).failing).toBe(
      0,
    );
  });

  it("is bad in one respect and equal in the other, and a limit of nothing knows no twice", () => {
    const both = { errors_ppm: 5_000, slower_ppm: 100_000 };
    expect(twiceAsBad(both, NOISE_ASSUMPTIONS)).toEqual([
      { failing: 0.01, slowness: 1 },
      { failing: 0.0025, slowness: 1.2 },
    ]);
    expect(twiceAsBad({ errors_ppm: 600_000 }, NOISE_ASSUMPTIONS)).toEqual([{ failing: 1, slowness: 1 }]);
    expect(twiceAsBad({ errors_ppm: 0, slower_ppm: 0 }, NOISE_ASSUMPTIONS)).toEqual([]);
  });
});
