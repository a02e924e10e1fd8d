/**
 * What agents observe, drawn by Philox from a seed: the nth call of an agent comes out the same in every run, whatever
 * was drawn before it.
 */
import { philox4x32 } from "@tau-edge/adapter-memory";

/** How a release behaves: what the rollout is to find out. */
export interface Behaviour {
  readonly failures_ppm: number;
  readonly median_us: number;
}

export const GOOD: Behaviour = { failures_ppm: 1_000, median_us: 20_000 };
export const BAD: Behaviour = { failures_ppm: 20_000, median_us: 20_000 };

export const SEED = 1;

/** Of the logarithm of latencies. */
const SIGMA = 0.5;

/** @returns the latency in microseconds, or `failed` */
export function drawCall({ failures_ppm, median_us }: Behaviour, agent: number, nth: number): number | "failed" {
  const [chance, ...words] = philox4x32([nth, agent, 0, 0], [SEED, 0]);
  if (chance < (failures_ppm / 1_000_000) * 2 ** 32) return "failed";
  return Math.round(median_us * Math.exp(SIGMA * standardNormal(words)));
}

/** Six halves of words, added up: near enough to the normal curve for a latency. Variance 6 / 12. */
function standardNormal(words: readonly number[]): number {
  const sum = words.reduce((sum, word) => sum + ((word >>> 16) + (word & 0xffff)) / 2 ** 16, 0);
  return (sum - words.length) / Math.sqrt(words.length / 6);
}
