import type { CycleFailure, CycleReport } from "@tau-edge/control";
import { expect, it } from "vitest";
import { renderCycle, renderLadderEnd } from "./cycle.ts";
import { painter } from "./text.ts";

const FAILURE: CycleFailure = {
  case_id: "a\u0007",
  case_key: "k",
  outcome: "retryable_failure",
  status_code: 503,
  error_code: "deployment_backend_unavailable",
  reason: "control_plane_unavailable",
  detail_code: "",
  detail: "exit 1: no room\u001b[2J",
  attempts: 4,
};

const REPORT: CycleReport = {
  outcome: "recorded",
  timestamp_unix_ms: 1,
  discovered_cases: 1_200,
  queued_cases: 64,
  applied_cases: 63,
  duplicate_skips: 100,
  malformed_cases: 0,
  retryable_failures: 4,
  retry_attempts: 1,
  failed_cases: 1,
  upserted_rollouts: 63,
  wasm_rollouts: 60,
  cloud_rollouts: 3,
  backlog_cases: 1_036,
  health_state: "degraded",
  health_reason: "failure_streak=1",
  rollout_gate: "hold",
  gate_reason: "health_degraded",
  recommendation: "Look.",
  reason_codes: ["queue_backpressure_applied"],
  freshness: { state_age_ms: 0, last_cycle_age_ms: 0, evidence_age_ms: 0, max_age_ms: 1_000, stale: false },
  failure_streak: 1,
  queue_depth: 1_036,
  cycle_duration_ms: 5,
  fixture: { file: "f.json", name: "many", sha256: "00".repeat(32), size_bytes: 1 },
  record: { stream: "default/contract/cycles", seq: 7, record_hash: "11".repeat(32) },
  failures: [FAILURE],
  failures_left_out: 1_000,
};

it("says what was tried, what waits, and each case that was not applied, as far as they are named", () => {
  const text = renderCycle(REPORT, painter(false));
  expect(text).toMatch(/^many {2}f\.json {2}default\/contract\/cycles#7\n/);
  expect(text).toContain("1,200 cases, 64 tried, 100 done before, 1,036 left for the next cycle\n");
  expect(text).toContain("63 applied (60 wasm, 3 cloud), 0 malformed, 1 failed, 1 retry\n");
  expect(text).toContain("x a\\u{7}  retryable_failure after 4 tries  503 deployment_backend_unavailable");
  expect(text).toContain("      exit 1: no room\\u{1b}[2J\n  … and 1,000 more\n");
});

it("says where a ladder ended", () => {
  const rung = { file: "2.json", cycle: REPORT };
  const end = (outcome: "climbed" | "held", not_run: readonly string[]) =>
    renderLadderEnd({ outcome, rungs: [rung, rung], not_run }, painter(false));
  expect(end("climbed", [])).toBe("2 rungs climbed\n");
  expect(end("held", [])).toBe("1 rung climbed, held at 2.json\n");
  expect(end("held", ["3.json", "4.json"])).toBe("1 rung climbed, held at 2.json; not run: 3.json, 4.json\n");
});
