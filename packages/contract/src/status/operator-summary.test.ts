import { describe, expect, it } from "vitest";
import { makeEventLogFacts } from "../events/event-log.ts";
import { type DeploymentHealth, EMPTY_HEALTH } from "../health.ts";
import { operatorRow, operatorSummary, unavailableRow } from "./operator-summary.ts";
import { makeStatusCounts } from "./status-counts.ts";
import { statusView } from "./status-view.ts";

const NOW = 1_795_246_679_844;
const TRIED = { unix_ms: NOW - 10, applied: 1, malformed: 0, failed: 0, retry_attempts: 0, retryable_failures: 0 };
const CLEAN: DeploymentHealth = { ...EMPTY_HEALTH, updated_unix_ms: NOW - 10, tried: TRIED };

const row = (health: DeploymentHealth, reason_codes: readonly string[] = []) => {
  const log = makeEventLogFacts();
  log.add(JSON.stringify({ timestamp_unix_ms: NOW - 10, reason_codes, applied_cases: 1 }));
  const counts = makeStatusCounts().counts();
  const events_log = { path: "e", present: true, rotated_files: 0, facts: log.facts() };
  const input = { state_path: "s", processed_case_count: 0, counts, health, state_behind: false, events_log };
  return operatorRow(statusView(input, { now_unix_ms: NOW }));
};

describe("the deployment's row", () => {
  it("has S1's fields", () => {
    const health = { ...CLEAN, queue_depth: 2 };
    expect(row(health, ["queue_backpressure_applied", "wasm_rollout_applied"])).toMatchObject({
      component: "deployment",
      health_state: "healthy",
      health_reason: expect.stringContaining("failure_streak=0"),
      rollout_gate: "pass",
      reason_code: "wasm_rollout_applied",
      recommendation: expect.stringContaining("2 cases wait"),
      queue_depth: 2,
      failure_streak: 0,
      state_path: "s",
      evidence_age_ms: 10,
    });
  });

  it("has the reason deployment_status where the event log names none", () => {
    expect(row(CLEAN).reason_code).toBe("deployment_status");
  });

  it("names what holds, not what the last cycle did besides", () => {
    const health = { ...CLEAN, failure_streak: 1, last_cycle_failed: 1, tried: { ...TRIED, failed: 1 } };
    expect(row(health, ["case_processing_failed", "wasm_rollout_applied"])).toMatchObject({
      rollout_gate: "hold",
      reason_code: "health_degraded",
      reason_codes: ["health_degraded", "case_processing_failed"],
    });
  });
});

describe("operatorSummary", () => {
  it("passes when its component does", () => {
    expect(operatorSummary([row(CLEAN)], NOW)).toEqual({
      generated_unix_ms: NOW,
      health_state: "healthy",
      rollout_gate: "pass",
      reason_codes: ["all_checks_passing"],
      recommendations: [],
      components: [row(CLEAN)],
    });
  });

  it("holds without evidence", () => {
    expect(operatorSummary([row(EMPTY_HEALTH)], NOW)).toMatchObject({
      health_state: "healthy",
      rollout_gate: "hold",
      reason_codes: ["deployment:no_evidence"],
      recommendations: [expect.stringMatching(/^deployment: Run a deployment cycle/)],
    });
  });

  it("is failing and holds when the state cannot be read", () => {
    const refusal = { code: "state_corrupt", detail: "Expected an object", remedy: "`tau-edge doctor`" };
    const summary = operatorSummary([unavailableRow("s", refusal)], NOW);
    expect(summary).toMatchObject({
      health_state: "failing",
      rollout_gate: "hold",
      reason_codes: ["deployment:state_unavailable", "deployment:state_corrupt"],
      recommendations: ["deployment: `tau-edge doctor`"],
      components: [{ reason_code: "state_unavailable", state_path: "s", evidence_age_ms: null }],
    });
  });

  it("says where to look when whoever could not read the state does not know better", () => {
    const { recommendation } = unavailableRow("s", { code: "store_unavailable", detail: "No answer" });
    expect(recommendation).toContain("`tau-edge doctor`");
  });

  it("takes the worst state of several components, and holds if any of them does", () => {
    const failing = row({ ...CLEAN, failure_streak: 3 });
    expect(operatorSummary([row(CLEAN), failing], NOW)).toMatchObject({
      health_state: "failing",
      rollout_gate: "hold",
      reason_codes: ["deployment:health_failing"],
    });
  });
});
