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
import { failuresOf } from "./breach.ts";
import { naturalLog, normalTail } from "./chance.ts";
import { normalQuantile } from "./normal.ts";

/** The observations of one arm in one window. Failures have no latency, and nearest rank reads 1,000 lower than 999. */
export interface Sample {
  readonly observed: number;
  /** Chance of a failure, in 0..1. */
  readonly failing: number;
  /** Where more of them would have stopped it already. */
  readonly failures_max?: number;
  /** The traffic decides how many there are, and not the plan: `observed` is what is expected. */
  readonly varies?: boolean;
}

export interface Comparison {
  readonly sample: Sample;
  /** How much slower the release may look, over how much slower it is: 1.1 over 1 for 10 % and an equal release. */
  readonly margin: number;
}

/** Above this, an order statistic is as good as normal: its bias is a two hundredth of its deviation. */
const EXACT_SAMPLES_MAX = 200_000;
const CELLS = 128;
/** Deviations of the baseline to either side; beyond, nothing ever comes. */
const REACH = 8;

/**
 * @param baseline of the window that all of them are compared with
 * @param sigma of the logarithm of latencies, above 0
 * @returns for each prefix of the windows, the chance that none of it looks slower than it may
 */
export function chancesOfKeepingUp(windows: readonly Comparison[], baseline: Sample, sigma: number): readonly number[] {
  const frozen = rankedOf(baseline);
  const known = new Map<string, Distinct>();
  const compared = windows.map(({ sample, margin }) => {
    const name = JSON.stringify([sample, margin]);
    const found = known.get(name) ?? { ranked: rankedOf(sample), shift: naturalLog(margin) / sigma, chance: 0 };
    known.set(name, found);
    return found;
  });
  // Of what is so far off that chance never decides, nothing is computed.
  if (compared.every((window) => roomOf(window, frozen) > 1)) return windows.map(() => 1);
  if (compared.some((window, at) => at === 0 && roomOf(window, frozen) < -1)) return windows.map(() => 0);
  const kept = windows.map(() => 0);
  let weights = 0;
  for (const { z, weight } of cellsOf(frozen)) {
    for (const window of known.values()) window.chance = chanceAtMost(z + window.shift, window.ranked);
    weights += weight;
    let all = weight;
    for (const [at, { chance }] of compared.entries()) {
      all *= chance;
      kept[at] = (kept[at] ?? 0) + all;
    }
  }
  return kept.map((sum) => sum / weights);
}

/** Windows of the watch are alike, so what is computed for one is known for all. */
interface Distinct {
  readonly ranked: Ranked;
  /** How much further right than the baseline it may lie, in standard scores. */
  readonly shift: number;
  /** For the value of the baseline that is looked at. */
  chance: number;
}

/** How many successes there are, with their chances: those with one rank together, and few of them. */
interface Ranked {
  readonly parts: readonly Part[];
  /** Of the standard score of the 95th percentile, about. */
  readonly mean: number;
  readonly deviation: number;
}

interface Part {
  readonly successes: number;
  /** Of the 95th percentile; no integer where it is that of several numbers of successes. */
  readonly rank: number;
  readonly weight: number;
}

/** Beyond this many failures on average, ranks are as good as evenly spread. */
const FAILURES_MAX = 400;
/** Nearest rank moves by one with so many observations. */
const RANK_STEP = 20;

function rankedOf(sample: Sample): Ranked {
  const { observed, failing, varies = false } = sample;
  const expected = Math.max(1, Math.round(observed * (1 - failing)));
  const about = normalLike(expected);
  const isSpread = varies || observed * failing > FAILURES_MAX || observed > EXACT_SAMPLES_MAX;
  if (isSpread && expected >= RANK_STEP) return { ...about, parts: [spread(expected)] };
  if (failing <= 0 || failing >= 1) return { ...about, parts: [exactly(expected, 1)] };
  const parts = partsOf(sample);
  return { ...about, parts: parts.length === 0 ? [exactly(expected, 1)] : parts };
}

function exactly(successes: number, weight: number): Part {
  return { successes, rank: nearestRank95(successes), weight };
}

/** One number for all that are near: how much nearest rank rounds, on average over its step. */
function spread(successes: number): Part {
  const rounding = (RANK_STEP - 1) / (2 * RANK_STEP);
  return { successes, rank: successes - successes / RANK_STEP + rounding, weight: 1 };
}

function partsOf({ observed, failing, failures_max = observed }: Sample): readonly Part[] {
  const { from, chances } = failuresOf(observed, failing);
  const sums = new Map<number, { weight: number; failures: number }>();
  for (const [nth, chance] of chances.entries()) {
    const failures = from + nth;
    if (failures > failures_max || failures >= observed) break;
    const step = Math.floor((observed - failures) / RANK_STEP);
    const sum = sums.get(step) ?? { weight: 0, failures: 0 };
    sums.set(step, { weight: sum.weight + chance, failures: sum.failures + failures * chance });
  }
  const all = [...sums.values()].reduce((total, { weight }) => total + weight, 0);
  if (all === 0) return [];
  return [...sums.values()].map(({ weight, failures }) =>
    exactly(Math.round(observed - failures / weight), weight / all),
  );
}

/** How far a window is from looking too slow: above 1, chance never gets it there, and below -1 it never gets it away. */
function roomOf({ ranked, shift }: Distinct, frozen: Ranked): number {
  return (shift - ranked.mean + frozen.mean) / (REACH * (ranked.deviation + frozen.deviation));
}

interface Cell {
  readonly z: number;
  readonly weight: number;
}

/** Values of the baseline's 95th percentile, each with the chance of coming out near it. */
function cellsOf(baseline: Ranked): readonly Cell[] {
  const { mean, deviation } = baseline;
  const width = (2 * REACH * deviation) / CELLS;
  const cells: Cell[] = [];
  let edge = mean - REACH * deviation;
  let below = chanceAtMost(edge, baseline);
  for (let cell = 0; cell < CELLS; cell++) {
    const next = edge + width;
    const upTo = chanceAtMost(next, baseline);
    if (upTo > below) cells.push({ z: edge + width / 2, weight: upTo - below });
    [edge, below] = [next, upTo];
  }
  return cells;
}

/** Normal density at the 95th percentile, whose standard score is 1.6448536269514722. */
const DENSITY_AT_P95 = 0.10313564037537139;

function normalLike(samples: number): Pick<Ranked, "mean" | "deviation"> {
  const rank = nearestRank95(samples);
  const mean = normalQuantile(rank / (samples + 1), (samples + 1 - rank) / (samples + 1));
  return { mean, deviation: Math.sqrt((0.95 * 0.05) / samples) / DENSITY_AT_P95 };
}

/** Chance that the standard score of a sample's 95th percentile is at most `z`. */
function chanceAtMost(z: number, { parts, mean, deviation }: Ranked): number {
  let chance = 0;
  for (const { successes, rank, weight } of parts) {
    chance +=
      weight *
      (successes > EXACT_SAMPLES_MAX
        ? 1 - normalTail((z - mean) / deviation)
        : // The complement's own fraction is exact where it is small.
          1 - betaCdf(normalTail(z), successes - rank + 1, rank));
  }
  return chance;
}
