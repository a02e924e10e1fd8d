/** How old is what is known? */
import type { DeploymentHealth } from "./health.ts";
import { evidenceOf } from "./health-evidence.ts";
import { CONTRACT_LIMITS } from "./limits.ts";

/** Ages are milliseconds until `now`: negative for what is dated later, null for what never was. */
export interface Freshness {
  /** Since the counters were written. */
  readonly state_age_ms: number | null;
  /** Since the last line of the event log. */
  readonly last_cycle_age_ms: number | null;
  /** Since the end of the last cycle that tried a case. */
  readonly evidence_age_ms: number | null;
  readonly max_age_ms: number;
  /** There is evidence, and it is older than `max_age_ms`. */
  readonly stale: boolean;
}

export interface JudgedAt {
  readonly now_unix_ms: number;
  /** Default 24 hours. */
  readonly max_age_ms?: number;
  /** The timestamp of the last line of the event log. */
  readonly last_cycle_unix_ms?: number;
}

export function freshnessOf(health: DeploymentHealth, at: JudgedAt): Freshness {
  const evidence_age_ms = ageOf(evidenceOf(health)?.unix_ms, at);
  const max_age_ms = at.max_age_ms ?? CONTRACT_LIMITS.evidence_age_ms_default;
  return {
    state_age_ms: ageOf(health.updated_unix_ms, at),
    last_cycle_age_ms: ageOf(at.last_cycle_unix_ms, at),
    evidence_age_ms,
    max_age_ms,
    stale: evidence_age_ms !== null && evidence_age_ms > max_age_ms,
  };
}

/** S1 writes 0 for a time that is not known. */
function ageOf(unixMs: number | undefined, at: JudgedAt): number | null {
  return unixMs === undefined || unixMs === 0 ? null : at.now_unix_ms - unixMs;
}
