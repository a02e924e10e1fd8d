/** What S1's reason codes of a cycle say. */
import type { CycleReasonCode } from "./cycle-counts.ts";

export const CYCLE_REASON_MEANINGS: Readonly<Record<CycleReasonCode, string>> = {
  queue_backpressure_applied: "More cases were waiting than the queue takes; the rest waits for the next cycle.",
  duplicate_cases_skipped: "A case was done before.",
  malformed_inputs_observed: "A case cannot be deployed as it is written; the gate holds.",
  retry_attempted: "A case was tried again; the gate holds.",
  retryable_failures_observed: "A try failed for now; the gate holds.",
  case_processing_failed: "A case was given up, or came to something else than was expected; the gate holds.",
  wasm_rollout_applied: "A case for `wasm` was applied.",
  cloud_rollout_applied: "A case for another target was applied.",
  healthy_cycle: "None of the others.",
};
