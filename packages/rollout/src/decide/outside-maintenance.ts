/** Refuses what would expose more while prod may not change. */
import { nextOpening } from "../plan/maintenance.ts";
import type { Plan } from "../plan/plan.ts";
import { effectiveTime, environmentOf, type StreamState } from "../state.ts";
import type { Asked, Refused } from "./command.ts";
import { refuse } from "./refusals.ts";

/** Windows bind prod only, and only what exposes more (decisions 19). */
export function outsideMaintenance(state: StreamState, plan: Plan, asked: Asked): Refused | undefined {
  if (environmentOf(state) !== "prod") return undefined;
  const opening = nextOpening(plan.policy.maintenance_windows, effectiveTime(state, asked.now_unix_ms));
  return opening === "open" ? undefined : refuse("maintenance_closed", { until_unix_ms: opening });
}
