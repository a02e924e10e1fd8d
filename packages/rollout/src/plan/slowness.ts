/**
 * How often does chance make a release look slower than its baseline? Latencies are taken as lognormal, so the 95th
 * percentile of a sample is `median * exp(sigma * z)`, where `z` has the distribution of an order statistic of normal
 * numbers: by nearest rank, with its skew and its bias in small samples. Left out: the histogram's buckets, which are
 * 0.8 % wide.
 *
 * Windows that are compared with one frozen window of the baseline err together more often than apart: a baseline that
 * came out fast makes all of them look slow. So they are computed together, for each value of the baseline.
 */
import { nearestRank95 } from "../metrics/histogram.ts";
import { betaCdf } from "./beta.ts";
import { naturalLog, normalTail } from "./chance.ts";
import { normalQuantile } from "./normal.ts";

export interface Comparison {
  /** Observations of the candidate in the window. */
  readonly samples: number;
  /** How much slower the release may look, over how much slower it is: 1.1 over 1 for 10 % and an equal release. */
  readonly margin: number;
}

/** Above this, an order statistic is as good as normal: its bias is below a thousandth of its deviation. */
const EXACT_SAMPLES_MAX = 1_000_000;
const CELLS = 192;
/** Deviations of the baseline to either side; beyond, nothing ever comes. */
const REACH = 8;

/**
 * @param baseline observations of the baseline, whose window all of them are compared with
 * @param sigma of the logarithm of latencies, above 0
 * @returns for each prefix of the windows, the chance that none of it looks slower than it may
 */
export function chancesOfKeepingUp(windows: readonly Comparison[], baseline: number, sigma: number): readonly number[] {
  // Of what is so far off that chance never decides, nothing is computed.
  if (windows.every((window) => isFarBelow(window, baseline, sigma))) return windows.map(() => 1);
  const kept = windows.map(() => 0);
  let weights = 0;
  for (const { z, weight } of baselineCells(baseline)) {
    weights += weight;
    let all = weight;
    const known = new Map<string, number>();
    for (const [at, { samples, margin }] of windows.entries()) {
      const name = `${samples} ${margin}`;
      const chance = known.get(name) ?? chanceAtMost(z + naturalLog(margin) / sigma, samples);
      known.set(name, chance);
      all *= chance;
      kept[at] = (kept[at] ?? 0) + all;
    }
  }
  return kept.map((sum) => sum / weights);
}

function isFarBelow({ samples, margin }: Comparison, baseline: number, sigma: number): boolean {
  const [candidate, other] = [normalLike(samples), normalLike(baseline)];
  const distance = naturalLog(margin) / sigma - candidate.mean + other.mean;
  return distance > REACH * (candidate.deviation + other.deviation);
}

interface Cell {
  readonly z: number;
  readonly weight: number;
}

/** Values of the baseline's 95th percentile, each with the chance of coming out near it. */
function baselineCells(samples: number): readonly Cell[] {
  const { mean, deviation } = normalLike(samples);
  const width = (2 * REACH * deviation) / CELLS;
  const cells: Cell[] = [];
  let edge = mean - REACH * deviation;
  let below = chanceAtMost(edge, samples);
  for (let cell = 0; cell < CELLS; cell++) {
    const next = edge + width;
    const upTo = chanceAtMost(next, samples);
    if (upTo > below) cells.push({ z: edge + width / 2, weight: upTo - below });
    [edge, below] = [next, upTo];
  }
  return cells;
}

/** Normal density at the 95th percentile, whose standard score is 1.6448536269514722. */
const DENSITY_AT_P95 = 0.10313564037537139;

function normalLike(samples: number): { readonly mean: number; readonly deviation: number } {
  const rank = nearestRank95(samples);
  const mean = normalQuantile(rank / (samples + 1), (samples + 1 - rank) / (samples + 1));
  return { mean, deviation: Math.sqrt((0.95 * 0.05) / samples) / DENSITY_AT_P95 };
}

/** Chance that the standard score of a sample's 95th percentile is at most `z`. */
function chanceAtMost(z: number, samples: number): number {
  if (samples > EXACT_SAMPLES_MAX) {
    const { mean, deviation } = normalLike(samples);
    return 1 - normalTail((z - mean) / deviation);
  }
  const rank = nearestRank95(samples);
  // The complement's own fraction is exact where it is small.
  return 1 - betaCdf(normalTail(z), samples - rank + 1, rank);
}
