/**
 * How often does a window breach its limit of failures? A window is looked at while it fills, and is frozen as soon as it
 * has more failures than it can absorb. So the chance is not that of its end, but that of ever having been above: a window
 * that stays open for its dwell with many times its least number of observations is judged all the way.
 */
import { normalTail, power } from "./chance.ts";

const MILLION = 1_000_000;

/** Failures that a window of so many observations may hold. */
export function allowed(maxPpm: number, samples: number): number {
  return Math.floor((maxPpm * samples) / MILLION);
}

export interface BreachRequest {
  /** Chance of a failure, in 0..1. */
  readonly chance: number;
  readonly max_ppm: number;
  readonly min_samples: number;
  /** Observations until the window ends; fewer than `min_samples` where it is left unjudged. */
  readonly samples: number;
}

/** Beyond this many failures on average, the least number of observations decides, by the normal curve. */
const EXACT_FAILURES_MAX = 20_000;
/** What is more improbable is forgotten. */
const NEGLIGIBLE = 1e-18;
const SETTLED = 1e-13;
const STEPS_MAX = 20_000;

/**
 * One more failure is allowed after every `1 / limit` observations, so the number of failures is carried from one such
 * point to the next, and whoever has more than were allowed before it has breached.
 */
export function chanceOfBreach({ chance, max_ppm, min_samples, samples }: BreachRequest): number {
  if (max_ppm >= MILLION || chance <= 0) return 0;
  const absorbed = allowed(max_ppm, min_samples);
  if (samples <= absorbed) return 0;
  if (chance >= 1) return 1;
  if (max_ppm === 0) return 1 - power(1 - chance, samples);
  const lastWith = (failures: number) => Math.min(samples, Math.ceil(((failures + 1) * MILLION) / max_ppm) - 1);
  let at = lastWith(absorbed);
  const mean = at * chance;
  if (mean > EXACT_FAILURES_MAX) return normalTail((absorbed + 0.5 - mean) / Math.sqrt(mean * (1 - chance)));
  let counts = atMost(absorbed, failuresOf(at, chance));
  let kept = total(counts);
  for (let failures = absorbed + 1; at < samples && failures < absorbed + STEPS_MAX; failures++) {
    const next = lastWith(failures);
    counts = atMost(failures, added(counts, failuresOf(next - at, chance)));
    at = next;
    const still = total(counts);
    const isOver = still < SETTLED || (chance * MILLION < max_ppm && kept - still < SETTLED);
    kept = still;
    // Below the limit, the way to it only becomes longer.
    if (isOver) break;
  }
  return Math.max(0, 1 - kept);
}

/** Chances of `from`, `from + 1`, … failures. */
export interface Counts {
  readonly from: number;
  readonly chances: readonly number[];
}

/**
 * Binomial, by the ratios of neighbours from the most probable number outwards.
 * @param chance in 0 < chance < 1
 */
export function failuresOf(samples: number, chance: number): Counts {
  const mode = Math.floor((samples + 1) * chance);
  const odds = chance / (1 - chance);
  const below: number[] = [];
  for (let k = mode, weight = 1; k > 0; k--) {
    weight *= k / ((samples - k + 1) * odds);
    if (weight < NEGLIGIBLE) break;
    below.push(weight);
  }
  const above: number[] = [];
  for (let k = mode, weight = 1; k < samples; k++) {
    weight *= ((samples - k) / (k + 1)) * odds;
    if (weight < NEGLIGIBLE) break;
    above.push(weight);
  }
  const weights = [...below.toReversed(), 1, ...above];
  const sum = weights.reduce((all, weight) => all + weight, 0);
  return { from: mode - below.length, chances: weights.map((weight) => weight / sum) };
}

function added(a: Counts, b: Counts): Counts {
  const chances = new Array<number>(a.chances.length + b.chances.length - 1).fill(0);
  // Counted loops: it is here that a plan's estimate spends its time.
  for (let i = 0; i < a.chances.length; i++)
    for (let j = 0; j < b.chances.length; j++)
      chances[i + j] = (chances[i + j] ?? 0) + (a.chances[i] ?? 0) * (b.chances[j] ?? 0);
  return { from: a.from + b.from, chances };
}

/** Without what has more failures, and without what hardly ever happens. */
function atMost(failures: number, { from, chances }: Counts): Counts {
  const kept = chances.slice(0, Math.max(0, failures - from + 1));
  const first = kept.findIndex((chance) => chance >= NEGLIGIBLE);
  const last = kept.findLastIndex((chance) => chance >= NEGLIGIBLE);
  return first < 0 ? { from: failures, chances: [0] } : { from: from + first, chances: kept.slice(first, last + 1) };
}

function total({ chances }: Counts): number {
  return chances.reduce((sum, chance) => sum + chance, 0);
}
