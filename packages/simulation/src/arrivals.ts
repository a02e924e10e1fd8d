/** When the observations of one arm come in one window. All that a window asks of them, without drawing each of them. */
import { fillMs, observationsIn, type Plan } from "@tau-edge/rollout";
import type { Chance } from "./chance.ts";
import { drawBinomial } from "./samplers/binomial.ts";
import { drawBeta, drawGamma } from "./samplers/gamma.ts";
import { drawPoisson } from "./samplers/poisson.ts";

export interface ArmArrivals {
  /** When the arm has its least number of observations, in ms after the window opened. */
  readonly full_ms: number;
  /** Observations until then. Asked once: another call would be another world. */
  countUntil(ms: number): number;
  /** When the nth of `count` observations comes that came until `ms`. */
  timeOf(nth: number, count: number, ms: number): number;
}

const HOUR_MS = 3_600_000;
const FULL_BP = 10_000;

/** Observations that come exactly when they are expected. */
export function evenArrivals(plan: Plan, min_samples: number, share_bp: number): ArmArrivals {
  const full_ms = fillMs(plan, min_samples, share_bp);
  return {
    full_ms,
    // Rounding must not take back what is there by definition.
    countUntil(ms) {
      const count = observationsIn(plan, ms, share_bp);
      return ms >= full_ms ? Math.max(min_samples, count) : Math.min(min_samples - 1, count);
    },
    timeOf: (nth) => fillMs(plan, nth, share_bp),
  };
}

/**
 * A Poisson process. The time of its nth arrival is gamma; what comes after it in a given time is Poisson; and what came
 * before it, or in a given time, lies there as sorted uniform numbers do, which are beta.
 */
export function randomArrivals(chance: Chance, plan: Plan, min_samples: number, share_bp: number): ArmArrivals {
  const per_ms = (plan.expected_per_hour * share_bp) / (HOUR_MS * FULL_BP);
  const full_ms = drawGamma(chance, min_samples) / per_ms;
  return {
    full_ms,
    countUntil: (ms) =>
      ms >= full_ms
        ? min_samples + drawPoisson(chance, (ms - full_ms) * per_ms)
        : drawBinomial(chance, min_samples - 1, ms / full_ms),
    timeOf(nth, count, ms) {
      if (ms < full_ms) return ms * drawBeta(chance, nth, count - nth + 1).below;
      if (nth < min_samples) return full_ms * drawBeta(chance, nth, min_samples - nth).below;
      if (nth === min_samples) return full_ms;
      return full_ms + (ms - full_ms) * drawBeta(chance, nth - min_samples, count - nth + 1).below;
    },
  };
}
