/** What the world does while a plan runs: how many observations come, how often they fail, and how long they take. */
import { type Behaviour, equalRelease, limitsOf, NOISE_ASSUMPTIONS, type Plan } from "@tau-edge/rollout";
import { EXPECTED_PER_HOUR_MAX, LATENCY_MEDIAN_US_MAX, LATENCY_SIGMA_PPM_MAX, SLOWER_PPM_MAX } from "./limits.ts";

/** `random`: a Poisson process. `even`: each observation comes exactly when it is expected, as `estimate` assumes. */
export const ARRIVALS = ["random", "even"] as const;
export type Arrivals = (typeof ARRIVALS)[number];

/** The same at every hour of the day. Latencies of successes are lognormal. */
export interface TrafficModel {
  /** Of everybody together. */
  readonly expected_per_hour: number;
  readonly arrivals: Arrivals;
  /** Failures of the release, and of the baseline, in parts per million of their observations. */
  readonly error_ppm: number;
  readonly baseline_error_ppm: number;
  /** By how much the release is slower than the baseline, in parts per million: 100,000 is 10 %. */
  readonly slower_ppm: number;
  /** Of the baseline, in microseconds. */
  readonly latency_median_us: number;
  /** Of the logarithm of latencies, times a million. */
  readonly latency_sigma_ppm: number;
}

const MILLION = 1_000_000;
const LATENCY_MEDIAN_US = 50_000;

/** The traffic that a plan expects, with a release that is as good as its baseline: what `estimate` computes for. */
export function expectedTraffic(plan: Plan): TrafficModel {
  const error_ppm = equalRelease(limitsOf(plan), NOISE_ASSUMPTIONS).failing * MILLION;
  return {
    expected_per_hour: plan.expected_per_hour,
    arrivals: "random",
    error_ppm,
    baseline_error_ppm: error_ppm,
    slower_ppm: 0,
    latency_median_us: LATENCY_MEDIAN_US,
    latency_sigma_ppm: NOISE_ASSUMPTIONS.latency_sigma_ppm,
  };
}

type Range = readonly [min: number, max: number, needsInteger: boolean];

const RANGES: { readonly [Field in Exclude<keyof TrafficModel, "arrivals">]: Range } = {
  expected_per_hour: [1, EXPECTED_PER_HOUR_MAX, true],
  error_ppm: [0, MILLION, false],
  baseline_error_ppm: [0, MILLION, false],
  slower_ppm: [-MILLION + 1, SLOWER_PPM_MAX, false],
  latency_median_us: [1, LATENCY_MEDIAN_US_MAX, false],
  latency_sigma_ppm: [0, LATENCY_SIGMA_PPM_MAX, false],
};

/** @throws RangeError that names the field and its range */
export function checkModel(model: TrafficModel): void {
  for (const field of Object.keys(RANGES).filter(isRanged)) {
    const [min, max, needsInteger] = RANGES[field];
    const value = model[field];
    // Also NaN is not within.
    if (value >= min && value <= max && (!needsInteger || Number.isInteger(value))) continue;
    throw new RangeError(`${field} is ${needsInteger ? "an integer " : ""}from ${min} to ${max}, not ${value}`);
  }
}

function isRanged(field: string): field is keyof typeof RANGES {
  return Object.hasOwn(RANGES, field);
}

/** How the release of a model behaves. */
export function behaviourOf({ error_ppm, slower_ppm }: TrafficModel): Behaviour {
  return { failing: error_ppm / MILLION, slowness: 1 + slower_ppm / MILLION };
}
