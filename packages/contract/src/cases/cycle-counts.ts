/** What one cycle counted, in S1's words and order, and what it says about it. */

/** In S1's order. Cases, but for the two of retries, which are attempts. */
export const CYCLE_COUNT_FIELDS = [
  /** All cases of the fixture. */
  "discovered_cases",
  /** Tried in this cycle: what is not done yet, up to the queue's limit. */
  "queued_cases",
  "applied_cases",
  /** Done before. */
  "duplicate_skips",
  "malformed_cases",
  "retryable_failures",
  "retry_attempts",
  /** Given up after the last attempt, or come to something else than was expected. */
  "failed_cases",
  "upserted_rollouts",
  "wasm_rollouts",
  "cloud_rollouts",
  /** Neither done nor tried: `discovered - duplicates - queued`. */
  "backlog_cases",
] as const;

export type CycleCountField = (typeof CYCLE_COUNT_FIELDS)[number];
export type CycleCounts = { readonly [field in CycleCountField]: number };

/** S1's codes of a cycle, in the order in which they are emitted. */
export const CYCLE_REASON_CODES = [
  "queue_backpressure_applied",
  "duplicate_cases_skipped",
  "malformed_inputs_observed",
  "retry_attempted",
  "retryable_failures_observed",
  "case_processing_failed",
  "wasm_rollout_applied",
  "cloud_rollout_applied",
  "healthy_cycle",
] as const;

export type CycleReasonCode = (typeof CYCLE_REASON_CODES)[number];

/** contract.md 2.6. A duplicate waits for nothing, so only the backlog presses on the queue. */
export function reasonCodesOf(counts: CycleCounts): readonly CycleReasonCode[] {
  const seen: { readonly [code in CycleReasonCode]?: number } = {
    queue_backpressure_applied: counts.backlog_cases,
    duplicate_cases_skipped: counts.duplicate_skips,
    malformed_inputs_observed: counts.malformed_cases,
    retry_attempted: counts.retry_attempts,
    retryable_failures_observed: counts.retryable_failures,
    case_processing_failed: counts.failed_cases,
    wasm_rollout_applied: counts.wasm_rollouts,
    cloud_rollout_applied: counts.cloud_rollouts,
  };
  const codes = CYCLE_REASON_CODES.filter((code) => (seen[code] ?? 0) > 0);
  return codes.length === 0 ? ["healthy_cycle"] : codes;
}
