/** What so many runs prove: intervals that hold the true value in 99 of 100 simulations at least, however it is. */
import { betaCdf } from "@tau-edge/rollout";

export const CONFIDENCE_PPM = 990_000;
const TAIL = (1 - CONFIDENCE_PPM / 1_000_000) / 2;
const MILLION = 1_000_000;

/** A chance, as it was seen: `count` of `of` runs, with its interval (Clopper and Pearson, Biometrika 26, 1934). */
export interface SeenChance {
  readonly count: number;
  readonly of: number;
  /** In parts per million; the interval's ends are rounded outwards. Of no runs, everything is possible. */
  readonly ppm: number;
  readonly low_ppm: number;
  readonly high_ppm: number;
}

export function seenChance(count: number, of: number): SeenChance {
  const low = count === 0 ? 0 : bisect((p) => betaCdf(p, count, of - count + 1) < TAIL);
  const high = count === of ? 1 : bisect((p) => 1 - betaCdf(p, count + 1, of - count) > TAIL);
  return {
    count,
    of,
    ppm: of === 0 ? 0 : Math.round((count / of) * MILLION),
    low_ppm: Math.floor(low * MILLION),
    high_ppm: Math.ceil(high * MILLION),
  };
}

/** Halvings until binary64 has no number between. */
const HALVINGS = 60;

/** Where what holds on the left of 0..1 ends to hold. */
function bisect(holds: (p: number) => boolean): number {
  let [low, high] = [0, 1];
  for (let nth = 0; nth < HALVINGS; nth++) {
    const middle = (low + high) / 2;
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Times in ms, as they were seen, with the interval of the median. */
export interface SeenTime {
  readonly of: number;
  readonly median_ms: number;
  readonly median_low_ms: number;
  readonly median_high_ms: number;
  readonly p95_ms: number;
}

/** @returns undefined of none */
export function seenTime(times: readonly number[]): SeenTime | undefined {
  const sorted = Float64Array.from(times).sort();
  const at = (rank: number) => sorted[Math.min(sorted.length, Math.max(1, rank)) - 1] ?? 0;
  if (sorted.length === 0) return undefined;
  const { low, high } = medianRanks(sorted.length);
  return {
    of: sorted.length,
    median_ms: at(Math.ceil(sorted.length / 2)),
    median_low_ms: at(low),
    median_high_ms: at(high),
    p95_ms: at(Math.ceil(0.95 * sorted.length)),
  };
}

/** Of sorted values, the ranks between which the median of what they were drawn from lies. */
function medianRanks(count: number): { readonly low: number; readonly high: number } {
  let low = 1;
  // The value of this rank is below the median when at least so many of `count` fair coins fall on one side.
  for (let step = 2 ** 20; step >= 1; step /= 2)
    if (low + step <= count / 2 && betaCdf(0.5, low + step, count - low - step + 1) >= 1 - TAIL) low += step;
  return { low, high: count + 1 - low };
}
