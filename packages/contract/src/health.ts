/** How did the last cycles go? S1's ten counters, and what the last cycle that tried a case did. */
import type { ExactJsonValue } from "@tau-edge/encoding";

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

const TRIED_FIELDS = [
  "tried_unix_ms",
  "tried_applied",
  "tried_malformed",
  "tried_failed",
  "tried_retry_attempts",
  "tried_retryable_failures",
] as const;

type TriedField = (typeof TRIED_FIELDS)[number];

/** A cycle that tried at least one case: only such a one is evidence. Counters are cases, but for the two of retries. */
export interface TriedCycle {
  /** When the cycle ended. */
  readonly unix_ms: number;
  readonly applied: number;
  readonly malformed: number;
  readonly failed: number;
  readonly retry_attempts: number;
  readonly retryable_failures: number;
}

/** `tried` is left as it was by a cycle that tried nothing; the original's files have none. */
export type DeploymentHealth = HealthSnapshot & { readonly tried?: TriedCycle };

/** As it stands in `state.json`, and as it is printed. */
export type HealthDocument = HealthSnapshot & { readonly [field in TriedField]?: number };

export const EMPTY_HEALTH: HealthSnapshot = snapshotOf(() => 0);

/**
 * The health in a state document; absent fields are 0, and a counter beyond 2^53-1 is that number (S1 saturates too).
 * @returns the name of the first field that is no counter, instead of the health
 */
export function readHealth(value: {
  readonly [key: string]: ExactJsonValue;
}): DeploymentHealth | HealthField | TriedField {
  const present = (field: string): boolean => Object.hasOwn(value, field);
  const fault = [...HEALTH_FIELDS, ...TRIED_FIELDS].find(
    (field) => present(field) && readCounter(value[field]) === undefined,
  );
  if (fault !== undefined) return fault;
  const read = (field: HealthField | TriedField): number => (present(field) ? (readCounter(value[field]) ?? 0) : 0);
  const snapshot = snapshotOf(read);
  return TRIED_FIELDS.some(present) ? { ...snapshot, tried: triedOf(read) } : snapshot;
}

/** The ten counters in S1's order, then the six of `tried` where it is known. */
export function writeHealth(health: DeploymentHealth): HealthDocument {
  const snapshot = snapshotOf((field) => health[field]);
  const { tried } = health;
  if (tried === undefined) return snapshot;
  return {
    ...snapshot,
    tried_unix_ms: tried.unix_ms,
    tried_applied: tried.applied,
    tried_malformed: tried.malformed,
    tried_failed: tried.failed,
    tried_retry_attempts: tried.retry_attempts,
    tried_retryable_failures: tried.retryable_failures,
  };
}

/** @returns undefined for what is no whole number from 0 */
export function readCounter(value: ExactJsonValue | undefined): number | undefined {
  if (typeof value === "bigint") return value > 0n ? Number.MAX_SAFE_INTEGER : undefined;
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

function snapshotOf(value: (field: HealthField) => number): HealthSnapshot {
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

function triedOf(value: (field: TriedField) => number): TriedCycle {
  return {
    unix_ms: value("tried_unix_ms"),
    applied: value("tried_applied"),
    malformed: value("tried_malformed"),
    failed: value("tried_failed"),
    retry_attempts: value("tried_retry_attempts"),
    retryable_failures: value("tried_retryable_failures"),
  };
}
