/** How is the deployment doing, and may anything be promoted on that? S1's ten counters and its three classes. */
import type { ExactJsonValue } from "@tau-edge/encoding";
import { CONTRACT_LIMITS } from "./limits.ts";

/** In S1's order; every field is 0 until a cycle has run. */
export const HEALTH_FIELDS = [
  "updated_unix_ms",
  "cycle_duration_ms",
  "queue_depth",
  "active_runs",
  "failure_streak",
  "last_cycle_discovered",
  "last_cycle_processed",
  "last_cycle_completed",
  "last_cycle_failed",
  "last_cycle_duplicates",
] as const;

export type HealthField = (typeof HEALTH_FIELDS)[number];
export type HealthSnapshot = { readonly [field in HealthField]: number };

export type HealthState = "healthy" | "degraded" | "failing";

export interface HealthReport {
  readonly health_state: HealthState;
  readonly health_reason: string;
  readonly recommendation: string;
  readonly rollout_gate: "pass" | "hold";
  readonly gate_reason: "healthy" | "no_evidence" | "health_degraded" | "health_failing";
}

export const EMPTY_HEALTH: HealthSnapshot = healthOf(() => 0);

/**
 * The snapshot in a state document; absent fields are 0, and a counter beyond 2^53-1 is that number (S1 saturates too).
 * @returns the name of the first field that is no counter, instead of a snapshot
 */
export function readHealth(value: { readonly [key: string]: ExactJsonValue }): HealthSnapshot | HealthField {
  const fault = HEALTH_FIELDS.find((field) => Object.hasOwn(value, field) && counter(value[field]) === undefined);
  if (fault !== undefined) return fault;
  return healthOf((field) => (Object.hasOwn(value, field) ? (counter(value[field]) ?? 0) : 0));
}

/** S1's thresholds, first match wins; the gate is ours, because S1 passes on no evidence at all. */
export function classifyHealth(health: HealthSnapshot): HealthReport {
  const { failure_streak: streak, last_cycle_failed: failed } = health;
  if (streak >= CONTRACT_LIMITS.failing_streak_min)
    return {
      health_state: "failing",
      health_reason: `failure_streak=${streak}: at least ${CONTRACT_LIMITS.failing_streak_min} cycles in a row had failures`,
      recommendation: "Stop promoting; look at the failed cases of the last cycles before running another.",
      rollout_gate: "hold",
      gate_reason: "health_failing",
    };
  if (streak > 0 || failed > 0)
    return {
      health_state: "degraded",
      health_reason: `failure_streak=${streak} last_cycle_failed=${failed}: the last cycle had failures`,
      recommendation: "Look at the failed cases, then run a cycle again.",
      rollout_gate: "hold",
      gate_reason: "health_degraded",
    };
  return healthy(health);
}

/** Evidence is a cycle that ran and completed at least one case: duplicates and an empty fixture show nothing. */
export function hasEvidence(health: HealthSnapshot): boolean {
  return health.updated_unix_ms > 0 && health.last_cycle_completed > 0;
}

function healthy(health: HealthSnapshot): HealthReport {
  const evidence = hasEvidence(health);
  return {
    health_state: "healthy",
    health_reason: evidence
      ? `failure_streak=0: the last cycle completed ${health.last_cycle_completed} cases without failure`
      : "failure_streak=0: no cycle has completed a case yet",
    recommendation: evidence ? "Nothing to do." : "Run a deployment cycle before promoting anything.",
    rollout_gate: evidence ? "pass" : "hold",
    gate_reason: evidence ? "healthy" : "no_evidence",
  };
}

function counter(value: ExactJsonValue | undefined): number | undefined {
  if (typeof value === "bigint") return value > 0n ? Number.MAX_SAFE_INTEGER : undefined;
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

function healthOf(value: (field: HealthField) => number): HealthSnapshot {
  return {
    updated_unix_ms: value("updated_unix_ms"),
    cycle_duration_ms: value("cycle_duration_ms"),
    queue_depth: value("queue_depth"),
    active_runs: value("active_runs"),
    failure_streak: value("failure_streak"),
    last_cycle_discovered: value("last_cycle_discovered"),
    last_cycle_processed: value("last_cycle_processed"),
    last_cycle_completed: value("last_cycle_completed"),
    last_cycle_failed: value("last_cycle_failed"),
    last_cycle_duplicates: value("last_cycle_duplicates"),
  };
}
