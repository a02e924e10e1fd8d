/** What a window must have before it may pass. */
import type { Policy } from "../plan/plan.ts";

export interface Demand {
  readonly min_samples: number;
  readonly min_dwell_ms: number;
}

/** @param stage index into the policy's stages; their number is the watch */
export function demandOf({ stages, watch }: Policy, stage: number): Demand {
  if (stage === stages.length) return { min_samples: watch.min_samples, min_dwell_ms: watch.judge_every_ms };
  const found = stages[stage];
  if (found === undefined) throw new RangeError(`the policy has no stage ${stage}`);
  return found;
}
