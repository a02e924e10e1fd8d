/**
 * Latencies in log-linear buckets: each octave of microseconds is cut into 128 equal parts. Values below 256 stay
 * exact; above, a bucket is at most 1/128 of its values wide, so its middle is off by at most 1/256, which is 0.4 %.
 * Buckets come from integer bits alone: a logarithm would be rounded differently by different engines.
 */
import { addSparse, countKeys, type SparseCounts, sumOfCounts } from "./sparse-counts.ts";

const PARTS = 128;
/** Of the parts: 2^7 is 128. */
const PART_BITS = 7;

/** 2^40 us are 12.7 days; that value and all above it count in the last bucket. */
const LATENCY_US_END = 2 ** 40;

export const BUCKET_COUNT = (40 - PART_BITS + 1) * PARTS;

/** @param us an integer >= 0, in microseconds */
export function bucketOf(us: number): number {
  if (us < PARTS) return us;
  if (us >= LATENCY_US_END) return BUCKET_COUNT - 1;
  // Shifts work on 32 bits; dropping 8 bits below 2^40 leaves 32, of which the upper 8 are all that is looked at.
  const dropped = us < 2 ** 32 ? 0 : 8;
  const word = dropped === 0 ? us : Math.floor(us / 2 ** 8);
  const shift = 31 - Math.clz32(word) - PART_BITS;
  return (dropped + shift) * PARTS + (word >>> shift);
}

/** The middle of a bucket, in microseconds. */
export function latencyOf(bucket: number): number {
  if (bucket < 2 * PARTS) return bucket;
  const part = bucket % PARTS;
  const octave = (bucket - part) / PARTS - 1;
  const halfWidth = (1 << (octave - 1)) >>> 0;
  return (2 * (PARTS + part) + 1) * halfWidth;
}

/** @param latencies integers >= 0, in microseconds */
export function histogramOf(latencies: readonly number[]): SparseCounts {
  return countKeys(latencies.map(bucketOf));
}

/** @throws RolloutError `counter_overflow` */
export function mergeHistograms(a: SparseCounts, b: SparseCounts): SparseCounts {
  return addSparse(a, b, "latency");
}

/**
 * The 95th percentile in microseconds by nearest rank (decisions 23), or undefined for an empty histogram.
 * @throws RolloutError `counter_overflow`
 */
export function p95(histogram: SparseCounts): number | undefined {
  let left = nearestRank95(sumOfCounts(histogram, "latency"));
  for (const [bucket, count] of histogram) {
    left -= count;
    if (left <= 0) return latencyOf(bucket);
  }
  return undefined;
}

/** ceil(0.95 n) without 0.95, which binary64 does not have: n minus its twentieth, rounded down. */
export function nearestRank95(n: number): number {
  return n - (n - (n % 20)) / 20;
}
