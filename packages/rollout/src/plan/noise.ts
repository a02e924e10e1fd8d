/** Which releases a plan is tried with beforehand: one that is as good as its baseline, and ones that are twice as bad. */
import type { Plan, Policy } from "./plan.ts";

export interface NoiseAssumptions {
  /** Failures of a release that is as good as its baseline, as a share of the limit, in parts per million. */
  readonly equal_failures_ppm_of_limit: number;
  /** Of the logarithm of latencies, times a million: 1 is a long tail (p95 is 5 times the median). */
  readonly latency_sigma_ppm: number;
}

export const NOISE_ASSUMPTIONS: NoiseAssumptions = {
  equal_failures_ppm_of_limit: 500_000,
  latency_sigma_ppm: 1_000_000,
};

const MILLION = 1_000_000;

/** Of several gates on one figure only the tightest ever decides. */
export interface Limits {
  /** Of failures; absent where no gate looks at them. */
  readonly errors_ppm?: number;
  /** Of the 95th percentile above the baseline's; absent where there is no gate or no baseline. */
  readonly slower_ppm?: number;
}

export function limitsOf({ policy, baseline }: Plan): Limits {
  const errors = tightest(policy, "error_rate");
  const slower = baseline === "none" ? undefined : tightest(policy, "p95_latency_delta");
  return {
    ...(errors === undefined ? {} : { errors_ppm: errors }),
    ...(slower === undefined ? {} : { slower_ppm: slower }),
  };
}

function tightest({ gates }: Policy, metric: "error_rate" | "p95_latency_delta"): number | undefined {
  const found = gates.flatMap((gate) => (gate.metric === metric ? [gate.max_ppm] : []));
  return found.length === 0 ? undefined : Math.min(...found);
}

/** How a release behaves beside its baseline. */
export interface Behaviour {
  /** Chance of a failure, in 0..1. */
  readonly failing: number;
  /** Its latencies over the baseline's. */
  readonly slowness: number;
}

/** As good as its baseline. */
export function equalRelease({ errors_ppm = 0 }: Limits, assumed: NoiseAssumptions): Behaviour {
  return { failing: (errors_ppm / MILLION) * (assumed.equal_failures_ppm_of_limit / MILLION), slowness: 1 };
}

/** Twice as bad as one limit allows and as good as the baseline otherwise, for each limit that knows a twice. */
export function twiceAsBad(limits: Limits, assumed: NoiseAssumptions): readonly Behaviour[] {
  const { errors_ppm = 0, slower_ppm = 0 } = limits;
  const equal = equalRelease(limits, assumed);
  return [
    ...(errors_ppm > 0 ? [{ ...equal, failing: Math.min(1, (2 * errors_ppm) / MILLION) }] : []),
    ...(slower_ppm > 0 ? [{ ...equal, slowness: 1 + (2 * slower_ppm) / MILLION }] : []),
  ];
}
