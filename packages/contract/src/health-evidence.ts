/** Which cycle is the evidence? Only one that tried a case; duplicates and an empty fixture show nothing. */
import type { EventLogFacts } from "./events/event-log.ts";
import type { DeploymentHealth, TriedCycle } from "./health.ts";
import { CONTRACT_LIMITS } from "./limits.ts";

/**
 * The last cycle that tried a case. The original says nothing of it in its state: there the last cycle is one if it
 * completed or failed something, and how many of the completed cases were malformed inputs stands in the event log only.
 */
export function evidenceOf(health: DeploymentHealth): TriedCycle | undefined {
  if (health.tried !== undefined) return health.tried;
  const { last_cycle_completed: applied, last_cycle_failed: failed } = health;
  if (applied === 0 && failed === 0) return undefined;
  return { unix_ms: health.updated_unix_ms, applied, malformed: 0, failed, retry_attempts: 0, retryable_failures: 0 };
}

/**
 * The health of a state of the original, with what the event log says of the last cycle that tried a case. A state that
 * shows no cycle at all was made after the log, and one that is older than the log's cycles was put back, or came from
 * elsewhere: the log then says nothing about it.
 */
export function withEventLog(health: DeploymentHealth, log: Pick<EventLogFacts, "last_tried">): DeploymentHealth {
  const { tried, updated_unix_ms } = health;
  if (tried !== undefined || updated_unix_ms === 0 || log.last_tried === undefined) return health;
  // The original takes the two times one after the other.
  const isLater = log.last_tried.unix_ms > updated_unix_ms + CONTRACT_LIMITS.clock_behind_ms_max;
  return isLater ? health : { ...health, tried: log.last_tried };
}
