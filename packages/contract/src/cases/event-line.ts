/** The line of `runtime-events.jsonl` that a cycle leaves: S1's fields in S1's order, then ours. */
import { classifyHealth } from "../health-report.ts";
import type { CycleFacts } from "./cycle-facts.ts";

export interface RecordedCycle {
  readonly facts: CycleFacts;
  /** Of the record in the stream of cycles. */
  readonly seq: number;
  /** Hash of that record, 64 hex digits. */
  readonly cycle_id: string;
}

/**
 * Without its line break. It follows from the record alone, so that it can be written again: health and gate are those of
 * the moment in which the cycle ended.
 */
export function eventLine({ facts, seq, cycle_id }: RecordedCycle): string {
  const { counts, health, ended_unix_ms } = facts;
  const report = classifyHealth(health, { now_unix_ms: ended_unix_ms });
  return JSON.stringify({
    timestamp_unix_ms: ended_unix_ms,
    health_state: report.health_state,
    health_reason: report.health_reason,
    reason_codes: facts.reason_codes,
    discovered_cases: counts.discovered_cases,
    queued_cases: counts.queued_cases,
    applied_cases: counts.applied_cases,
    duplicate_skips: counts.duplicate_skips,
    malformed_cases: counts.malformed_cases,
    retryable_failures: counts.retryable_failures,
    retry_attempts: counts.retry_attempts,
    failed_cases: counts.failed_cases,
    upserted_rollouts: counts.upserted_rollouts,
    wasm_rollouts: counts.wasm_rollouts,
    cloud_rollouts: counts.cloud_rollouts,
    backlog_cases: counts.backlog_cases,
    failure_streak: health.failure_streak,
    seq,
    cycle_id,
    fixture: facts.fixture_name,
    rollout_gate: report.rollout_gate,
    gate_reason: report.gate_reason,
  });
}
