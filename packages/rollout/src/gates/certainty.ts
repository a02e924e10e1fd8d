/** When a window has failed, whatever may still come. */
import type { WindowProgress } from "../metrics/window.ts";
import type { Policy } from "../plan/plan.ts";
import { demandOf } from "./demand.ts";
import { limitOf, withinLimit } from "./within-limit.ts";

/**
 * Whether an error rate is breached even if everything that is missing to `min_samples` comes out well. Verdicts ask
 * the same, so what is frozen because it has failed for certain is also judged to have failed.
 */
export function isRateBreached(failed: number, total: number, minSamples: number, max_ppm: number): boolean {
  return !withinLimit(failed / Math.max(total, minSamples), limitOf(max_ppm));
}

/** Whether waiting for more cannot help: the window may be frozen and judged at once. */
export function failingIsCertain(policy: Policy, stage: number, { failed, total }: WindowProgress): boolean {
  const { min_samples } = demandOf(policy, stage);
  return policy.gates.some(
    (gate) => gate.metric === "error_rate" && isRateBreached(failed, total, min_samples, gate.max_ppm),
  );
}
