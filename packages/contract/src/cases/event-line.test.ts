import { describe, expect, it } from "vitest";
import { EMPTY_HEALTH } from "../health.ts";
import { counts, cycleFacts } from "./cycle.test-helper.ts";
import type { CycleCounts } from "./cycle-counts.ts";
import { cycleHealth } from "./cycle-health.ts";
import { eventLine } from "./event-line.ts";

const CYCLE_ID = "cd".repeat(32);

function line(changes: Partial<CycleCounts>, streak = 0): string {
  const cycle = counts(changes);
  const facts = cycleFacts({ counts: cycle });
  const health = cycleHealth(
    { ...EMPTY_HEALTH, failure_streak: streak },
    cycle,
    facts.started_unix_ms,
    facts.ended_unix_ms,
  );
  return eventLine({ facts: { ...facts, health }, seq: 12, cycle_id: CYCLE_ID });
}

it("has S1's fields in S1's order, then ours", () => {
  expect(Object.keys(JSON.parse(line({})))).toEqual([
    "timestamp_unix_ms",
    "health_state",
    "health_reason",
    "reason_codes",
    "discovered_cases",
    "queued_cases",
    "applied_cases",
    "duplicate_skips",
    "malformed_cases",
    "retryable_failures",
    "retry_attempts",
    "failed_cases",
    "upserted_rollouts",
    "wasm_rollouts",
    "cloud_rollouts",
    "backlog_cases",
    "failure_streak",
    "seq",
    "cycle_id",
    "fixture",
    "rollout_gate",
    "gate_reason",
  ]);
});

it("is one compact line that says what the cycle counted", () => {
  const text = line({ discovered_cases: 3, queued_cases: 2, backlog_cases: 1, applied_cases: 2, wasm_rollouts: 2 });
  expect(text).not.toMatch(/[\n ](?=")/);
  expect(JSON.parse(text)).toMatchObject({
    timestamp_unix_ms: 1_700_000_000_250,
    discovered_cases: 3,
    queued_cases: 2,
    backlog_cases: 1,
    applied_cases: 2,
    wasm_rollouts: 2,
    failure_streak: 0,
    seq: 12,
    cycle_id: CYCLE_ID,
    fixture: "test",
  });
});

describe("health and gate at the end of the cycle", () => {
  it.each<[string, Partial<CycleCounts>, number, string, string, string]>([
    ["a case applied", { applied_cases: 1 }, 0, "healthy", "pass", "healthy"],
    ["nothing tried", {}, 0, "healthy", "hold", "no_evidence"],
    ["a malformed input", { applied_cases: 1, malformed_cases: 1 }, 0, "degraded", "hold", "health_degraded"],
    [
      "a retry that succeeded",
      { applied_cases: 1, retry_attempts: 1, retryable_failures: 1 },
      0,
      "degraded",
      "hold",
      "health_degraded",
    ],
    ["a failure", { failed_cases: 1 }, 0, "degraded", "hold", "health_degraded"],
    ["the third failure in a row", { failed_cases: 1 }, 2, "failing", "hold", "health_failing"],
    ["an empty cycle after two failures", {}, 2, "degraded", "hold", "health_degraded"],
  ])("%s", (_name, changes, streak, health_state, rollout_gate, gate_reason) => {
    expect(JSON.parse(line(changes, streak))).toMatchObject({ health_state, rollout_gate, gate_reason });
  });
});
