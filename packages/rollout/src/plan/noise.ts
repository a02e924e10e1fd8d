/**
 * How often is a window judged wrongly by chance alone?
 *
 * Failures are counted ones, so their number is binomial. Latencies are taken as lognormal: the logarithm of a sample's
 * p95 then has standard deviation sigma * sqrt(0.95 * 0.05 / n) / density(p95), and both arms are samples. Left out:
 * nearest rank reads a small sample's p95 low (0.9 % at 1,000 samples with sigma 1, 0.2 % at 5,000), and the
 * histogram's buckets are 0.8 % wide.
 */
import { binomialTail, DENSITY_AT_P95, naturalLog, normalTail } from "./chance.ts";
import type { Gate } from "./plan.ts";

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

/** Observations of both arms; the baseline's are absent where nothing is compared. */
export interface ArmSamples {
  readonly candidate: number;
  readonly baseline?: number;
}

const MILLION = 1_000_000;

/** Chance that the gate fails a release that is as good as its baseline. */
export function chanceOfFailingEqual(gate: Gate, samples: ArmSamples, assumed: NoiseAssumptions): number {
  if (gate.metric === "error_rate") {
    const share = (gate.max_ppm / MILLION) * (assumed.equal_failures_ppm_of_limit / MILLION);
    return binomialTail(samples.candidate, share, allowed(gate.max_ppm, samples.candidate));
  }
  if (gate.metric === "p95_latency_delta") return slower(samples, assumed, 1, 1 + gate.max_ppm / MILLION);
  return 0;
}

/**
 * Chance that the gate passes a release that is twice as bad as the limit: twice the failures, or slower by twice the
 * delta. Absent for a gate that knows no twice: a count of zero, a check, or a delta without a baseline.
 */
export function chanceOfPassingTwice(gate: Gate, samples: ArmSamples, assumed: NoiseAssumptions): number | undefined {
  if (gate.metric === "error_rate" && gate.max_ppm > 0) {
    const share = Math.min(1, (2 * gate.max_ppm) / MILLION);
    return 1 - binomialTail(samples.candidate, share, allowed(gate.max_ppm, samples.candidate));
  }
  if (gate.metric === "p95_latency_delta" && gate.max_ppm > 0 && samples.baseline !== undefined)
    return 1 - slower(samples, assumed, 1 + (2 * gate.max_ppm) / MILLION, 1 + gate.max_ppm / MILLION);
  return undefined;
}

/** Failures that a window of so many observations may hold. */
export function allowed(maxPpm: number, samples: number): number {
  return Math.floor((maxPpm * samples) / MILLION);
}

/** Chance that the measured ratio of two p95s is above the limit when the true ratio is this. */
function slower({ candidate, baseline }: ArmSamples, assumed: NoiseAssumptions, ratio: number, limit: number): number {
  if (baseline === undefined) return 0;
  const sigma = assumed.latency_sigma_ppm / MILLION;
  const deviation = (sigma * Math.sqrt(0.95 * 0.05 * (1 / candidate + 1 / baseline))) / DENSITY_AT_P95;
  const distance = naturalLog(limit / ratio);
  if (deviation === 0) return distance < 0 ? 1 : 0;
  return normalTail(distance / deviation);
}
