/** What in the counters of the last cycle that tried a case stands against promoting, and what is to be done about it. */
import type { CycleReasonCode } from "./cases/cycle-counts.ts";
import type { DeploymentHealth } from "./health.ts";
import { evidenceOf } from "./health-evidence.ts";

export interface Trouble {
  /** S1's reason code of a cycle in which it was seen. */
  readonly code: CycleReasonCode;
  /** S1's name of its counter in the event line. */
  readonly counter: string;
  readonly count: number;
  /** As S1's troubleshooting section has it. */
  readonly action: string;
}

/** In the order of S1's reason codes. */
export function troublesOf(health: DeploymentHealth): readonly Trouble[] {
  const tried = evidenceOf(health);
  const all: readonly Trouble[] = [
    {
      code: "malformed_inputs_observed",
      counter: "malformed_cases",
      count: tried?.malformed ?? 0,
      action: "Look in the fixture for cases whose target, runtime profile or artifact do not go together.",
    },
    {
      code: "retry_attempted",
      counter: "retry_attempts",
      count: tried?.retry_attempts ?? 0,
      action: "Look at what the backend answered, and at `--deployment-retry-max-attempts` and the retry delay.",
    },
    {
      code: "retryable_failures_observed",
      counter: "retryable_failures",
      count: tried?.retryable_failures ?? 0,
      action: "Check which cases simulate a retryable failure.",
    },
    {
      code: "case_processing_failed",
      counter: "failed_cases",
      count: Math.max(tried?.failed ?? 0, health.last_cycle_failed),
      action:
        "Look up the cycle in runtime-events.jsonl, then compare what the fixture expects with what is supported.",
    },
  ];
  return all.filter(({ count }) => count > 0);
}
