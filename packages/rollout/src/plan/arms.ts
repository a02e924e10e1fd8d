/** Who is compared with whom at a stage, and how many observations both arms have when its window can pass. */
import type { Plan } from "./plan.ts";

export interface Arms {
  readonly candidate_bp: number;
  /** Share of keys with the baseline in the same window; absent where there are none. */
  readonly baseline_bp?: number;
}

const FULL_BP = 10_000;
const HOUR_MS = 3_600_000;

/** @param stage index into the stages; their number is the watch */
export function armsAt(plan: Plan, stage: number): Arms {
  const { stages, holdback_bp } = plan.policy;
  const candidate_bp = Math.min(stages[stage]?.weight_bp ?? FULL_BP, FULL_BP - holdback_bp);
  if (plan.baseline === "none" || candidate_bp === FULL_BP) return { candidate_bp };
  return { candidate_bp, baseline_bp: FULL_BP - candidate_bp };
}

/** Milliseconds until an arm with this share has so many observations. */
export function fillMs(plan: Plan, samples: number, shareBp: number): number {
  return Math.ceil((samples * HOUR_MS * FULL_BP) / (plan.expected_per_hour * shareBp));
}

/** Milliseconds until both arms have so many observations. */
export function fillBothMs(plan: Plan, samples: number, { candidate_bp, baseline_bp }: Arms): number {
  return Math.max(fillMs(plan, samples, candidate_bp), fillMs(plan, samples, baseline_bp ?? candidate_bp));
}

/** Observations of an arm with this share in so many milliseconds. */
export function observationsIn(plan: Plan, durationMs: number, shareBp: number): number {
  return Math.floor(((plan.expected_per_hour * shareBp) / (HOUR_MS * FULL_BP)) * durationMs);
}
