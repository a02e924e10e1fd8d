/** Cycles for tests: counts and facts with everything zero but what is named. */
import { EMPTY_HEALTH } from "../health.ts";
import type { CycleCounts } from "./cycle-counts.ts";
import type { CycleFacts } from "./cycle-facts.ts";

const ZEROS: CycleCounts = {
  discovered_cases: 0,
  queued_cases: 0,
  applied_cases: 0,
  duplicate_skips: 0,
  malformed_cases: 0,
  retryable_failures: 0,
  retry_attempts: 0,
  failed_cases: 0,
  upserted_rollouts: 0,
  wasm_rollouts: 0,
  cloud_rollouts: 0,
  backlog_cases: 0,
};

export function counts(changes: Partial<CycleCounts> = {}): CycleCounts {
  return { ...ZEROS, ...changes };
}

export function cycleFacts(changes: Partial<CycleFacts> = {}): CycleFacts {
  return {
    fixture_name: "test",
    fixture_sha256: "ab".repeat(32),
    fixture_bytes: 1_000,
    started_unix_ms: 1_700_000_000_000,
    ended_unix_ms: 1_700_000_000_250,
    limits: { queue_limit: 64, processed_case_cap: 10_000, retry_max_attempts: 4, retry_base_delay_ms: 0 },
    counts: counts(),
    reason_codes: ["healthy_cycle"],
    health: EMPTY_HEALTH,
    pages: [],
    ...changes,
  };
}
