import { describe, expect, it } from "vitest";
import { counts } from "./cycle.test-helper.ts";
import { CYCLE_REASON_CODES, type CycleCountField, type CycleReasonCode, reasonCodesOf } from "./cycle-counts.ts";

const ROWS: readonly [CycleReasonCode, CycleCountField][] = [
  ["queue_backpressure_applied", "backlog_cases"],
  ["duplicate_cases_skipped", "duplicate_skips"],
  ["malformed_inputs_observed", "malformed_cases"],
  ["retry_attempted", "retry_attempts"],
  ["retryable_failures_observed", "retryable_failures"],
  ["case_processing_failed", "failed_cases"],
  ["wasm_rollout_applied", "wasm_rollouts"],
  ["cloud_rollout_applied", "cloud_rollouts"],
];

describe("contract.md 2.6, row by row", () => {
  it.each(ROWS)("%s when there are %s, and then it is no healthy_cycle", (code, field) => {
    expect(reasonCodesOf(counts({ [field]: 1 }))).toEqual([code]);
  });

  it("healthy_cycle when none of the others", () => {
    expect(reasonCodesOf(counts())).toEqual(["healthy_cycle"]);
  });

  it("all of them in S1's order", () => {
    const all = Object.fromEntries(ROWS.map(([, field]) => [field, 3]));
    expect(reasonCodesOf(counts(all))).toEqual(CYCLE_REASON_CODES.slice(0, -1));
  });

  it("cases that were done before press on no queue", () => {
    const cycle = counts({
      discovered_cases: 5,
      duplicate_skips: 4,
      queued_cases: 1,
      applied_cases: 1,
      wasm_rollouts: 1,
    });
    expect(reasonCodesOf(cycle)).toEqual(["duplicate_cases_skipped", "wasm_rollout_applied"]);
  });
});
