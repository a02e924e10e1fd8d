/** What the counters are after a cycle. */
import type { DeploymentHealth, TriedCycle } from "../health.ts";
import { evidenceOf } from "../health-evidence.ts";
import type { CycleCounts } from "./cycle-counts.ts";

/**
 * contract.md 2.7, but for two things: the queue is what is neither done nor tried, and a cycle that applied nothing does
 * not end a streak. Times are Unix milliseconds.
 */
export function cycleHealth(
  previous: DeploymentHealth,
  counts: CycleCounts,
  startedUnixMs: number,
  endedUnixMs: number,
): DeploymentHealth {
  const { applied_cases: applied, malformed_cases: malformed, failed_cases: failed, duplicate_skips } = counts;
  const health: DeploymentHealth = {
    updated_unix_ms: endedUnixMs,
    cycle_duration_ms: Math.max(0, endedUnixMs - startedUnixMs),
    queue_depth: counts.backlog_cases,
    active_runs: 0,
    failure_streak: nextStreak(previous.failure_streak, counts),
    last_cycle_discovered: counts.discovered_cases,
    last_cycle_processed: applied + malformed + failed + duplicate_skips,
    last_cycle_completed: applied + malformed,
    last_cycle_failed: failed,
    last_cycle_duplicates: duplicate_skips,
  };
  const tried = applied + malformed + failed > 0 ? triedIn(counts, endedUnixMs) : evidenceOf(previous);
  return tried === undefined ? health : { ...health, tried };
}

function nextStreak(streak: number, { applied_cases, failed_cases }: CycleCounts): number {
  if (failed_cases > 0) return Math.min(streak + 1, Number.MAX_SAFE_INTEGER);
  return applied_cases > 0 ? 0 : streak;
}

function triedIn(counts: CycleCounts, unix_ms: number): TriedCycle {
  return {
    unix_ms,
    applied: counts.applied_cases,
    malformed: counts.malformed_cases,
    failed: counts.failed_cases,
    retry_attempts: counts.retry_attempts,
    retryable_failures: counts.retryable_failures,
  };
}
