/** The counters of the last cycles, and what the last one that tried a case did. */
import type { HealthSnapshot } from "@tau-edge/contract";

/** A cycle that tried at least one case: only such a one is evidence. */
export interface TriedCycle {
  readonly unix_ms: number;
  readonly applied: number;
  readonly malformed: number;
  readonly failed: number;
  readonly retry_attempts: number;
  readonly retryable_failures: number;
}

export type DeploymentHealth = HealthSnapshot & { readonly tried?: TriedCycle };
