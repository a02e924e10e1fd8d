/** The six figures that one looks at before the next, larger fixture (S1, rollout plan, step 6). */
import type { DeploymentHealth } from "../health.ts";
import type { RolloutGate } from "../health-report.ts";
import type { StatusCounts } from "./status-counts.ts";

export interface PromotionFigures {
  readonly failure_streak: number;
  readonly last_cycle_failed: number;
  readonly queue_depth: number;
  readonly rollout_gate: RolloutGate;
  readonly wasm_rollout_count: number;
  readonly cloud_rollout_count: number;
}

export function promotionFigures(
  health: DeploymentHealth,
  gate: RolloutGate,
  counts: Pick<StatusCounts, "wasm_rollout_count" | "cloud_rollout_count">,
): PromotionFigures {
  return {
    failure_streak: health.failure_streak,
    last_cycle_failed: health.last_cycle_failed,
    queue_depth: health.queue_depth,
    rollout_gate: gate,
    wasm_rollout_count: counts.wasm_rollout_count,
    cloud_rollout_count: counts.cloud_rollout_count,
  };
}
