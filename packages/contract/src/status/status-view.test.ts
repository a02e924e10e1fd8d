import { describe, expect, it } from "vitest";
import { makeEventLogFacts } from "../events/event-log.ts";
import { type DeploymentHealth, EMPTY_HEALTH, HEALTH_FIELDS } from "../health.ts";
import { legacyStatusLine, legacyTransportHealthLine } from "./legacy-lines.ts";
import { promotionFigures } from "./promotion-figures.ts";
import { makeStatusCounts, type StatusCounter } from "./status-counts.ts";
import { type StatusInput, statusView } from "./status-view.ts";
import { transportHealthRow } from "./transport-health.ts";

const NOW = 1_795_246_679_844;

const ROLLOUT = {
  deploy_target: "wasm",
  runtime_profile: "wasm_wasi",
  environment: "production",
  outcome: "success",
  status_code: 201,
  error_code: "",
  replicas: 2,
};
const FAILED = {
  deploy_target: "wasm",
  outcome: "malformed_input",
  status_code: 422,
  error_code: "deployment_unsupported_runtime",
};

const counting = (...count: readonly ((counter: StatusCounter) => void)[]) => {
  const counter = makeStatusCounts();
  for (const one of count) one(counter);
  return counter.counts();
};
const rollout =
  (changes: object = {}) =>
  (counter: StatusCounter) =>
    counter.rollout({ ...ROLLOUT, ...changes });
const failedCase =
  (changes: object = {}) =>
  (counter: StatusCounter) =>
    counter.failedCase({ ...FAILED, ...changes });

const CLEAN: DeploymentHealth = {
  ...EMPTY_HEALTH,
  updated_unix_ms: NOW - 10,
  tried: { unix_ms: NOW - 10, applied: 1, malformed: 0, failed: 0, retry_attempts: 0, retryable_failures: 0 },
};

const input = (changes: Partial<StatusInput> = {}, lines: readonly object[] = []): StatusInput => {
  const log = makeEventLogFacts();
  for (const line of lines) log.add(JSON.stringify(line));
  return {
    state_path: ".tau/deployment/state.json",
    processed_case_count: 3,
    counts: counting(rollout()),
    health: CLEAN,
    state_behind: false,
    events_log: { path: ".tau/deployment/runtime-events.jsonl", present: true, rotated_files: 0, facts: log.facts() },
    ...changes,
  };
};

describe("makeStatusCounts", () => {
  it("counts rollouts by word, trimmed and in lower case, in the order of the words", () => {
    const counts = counting(
      rollout(),
      rollout({ deploy_target: " WASM ", environment: "staging", status_code: 202 }),
      rollout({ deploy_target: "kubernetes", runtime_profile: "native", replicas: 3 }),
    );
    expect(counts).toEqual({
      rollout_count: 3,
      target_counts: { kubernetes: 1, wasm: 2 },
      runtime_profile_counts: { native: 1, wasm_wasi: 2 },
      environment_counts: { production: 2, staging: 1 },
      outcome_counts: { success: 3 },
      status_code_counts: { 201: 2, 202: 1 },
      error_code_counts: {},
      total_replicas: 7,
      wasm_rollout_count: 2,
      cloud_rollout_count: 1,
      failed_case_count: 0,
    });
    expect(Object.keys(counts.target_counts)).toEqual(["kubernetes", "wasm"]);
  });

  it("sees failures, which the original does not keep", () => {
    expect(
      counting(rollout(), failedCase(), failedCase({ outcome: "contract_mismatch", error_code: "" })),
    ).toMatchObject({
      rollout_count: 1,
      failed_case_count: 2,
      target_counts: { wasm: 1 },
      outcome_counts: { contract_mismatch: 1, malformed_input: 1, success: 1 },
      status_code_counts: { 201: 1, 422: 2 },
      error_code_counts: { deployment_unsupported_runtime: 1 },
      total_replicas: 2,
    });
  });

  it("counts a record that lacks everything, or has other types, as unknown", () => {
    const bare = (counter: StatusCounter) => counter.rollout({ deploy_target: 3, replicas: -1, status_code: "x" });
    expect(counting(bare)).toMatchObject({
      rollout_count: 1,
      target_counts: { unknown: 1 },
      outcome_counts: { unknown: 1 },
      status_code_counts: { unknown: 1 },
      total_replicas: 0,
      cloud_rollout_count: 1,
    });
  });

  it("saturates replicas, as S1 does", () => {
    const most = rollout({ replicas: Number.MAX_SAFE_INTEGER });
    expect(counting(most, most).total_replicas).toBe(Number.MAX_SAFE_INTEGER);
  });
});

describe("statusView", () => {
  it("has S1's fields in S1's order, then ours", () => {
    const event = { timestamp_unix_ms: NOW - 5, reason_codes: ["wasm_rollout_applied"], applied_cases: 1 };
    const view = statusView(input({}, [event]), { now_unix_ms: NOW });
    expect(Object.keys(view)).toEqual([
      ...["state_path", "events_log_path", "events_log_present", "health_state", "health_reason", "rollout_gate"],
      ...["processed_case_count", "rollout_count", "target_counts", "runtime_profile_counts", "environment_counts"],
      ...["outcome_counts", "status_code_counts", "error_code_counts", "total_replicas", "wasm_rollout_count"],
      ...["cloud_rollout_count", "cycle_reports", "invalid_cycle_reports", "last_reason_codes", "reason_code_counts"],
      "health",
      ...["gate_reason", "reason_codes", "recommendation", "failed_case_count", "events_log_rotated_files"],
      "state_behind",
      ...["state_age_ms", "last_cycle_age_ms", "evidence_age_ms", "max_age_ms", "stale"],
    ]);
    expect(Object.keys(view.health).slice(0, HEALTH_FIELDS.length)).toEqual(HEALTH_FIELDS);
    expect(view).toMatchObject({
      health_state: "healthy",
      rollout_gate: "pass",
      processed_case_count: 3,
      rollout_count: 1,
      cycle_reports: 1,
      last_reason_codes: ["wasm_rollout_applied"],
      reason_code_counts: { wasm_rollout_applied: 1 },
      gate_reason: "healthy",
      state_age_ms: 10,
      last_cycle_age_ms: 5,
      evidence_age_ms: 10,
      stale: false,
    });
  });

  it("takes state and reason from the same cycle, whatever the last event line claims", () => {
    const boast = { timestamp_unix_ms: NOW, health_state: "healthy", health_reason: "all is well", reason_codes: [] };
    const health = { ...CLEAN, failure_streak: 3, last_cycle_failed: 2 };
    const view = statusView(input({ health }, [boast]), { now_unix_ms: NOW });
    expect(view.health_state).toBe("failing");
    expect(view.health_reason).toMatch(/^failure_streak=3/);
  });

  it("holds on a cycle of the original whose cases were all malformed, which its state calls healthy", () => {
    const original = { ...EMPTY_HEALTH, updated_unix_ms: NOW - 10, last_cycle_processed: 3, last_cycle_completed: 3 };
    const event = { timestamp_unix_ms: NOW - 10, reason_codes: ["malformed_inputs_observed"], malformed_cases: 3 };
    const view = statusView(input({ health: original }, [event]), { now_unix_ms: NOW });
    expect(view).toMatchObject({
      health_state: "degraded",
      rollout_gate: "hold",
      gate_reason: "health_degraded",
      reason_codes: ["health_degraded", "malformed_inputs_observed"],
      health: { tried_malformed: 3, tried_applied: 0 },
    });
  });

  it("holds on the empty state that a packager leaves", () => {
    const empty = input({ health: EMPTY_HEALTH, counts: counting(), processed_case_count: 0 });
    expect(statusView(empty, { now_unix_ms: NOW })).toMatchObject({
      rollout_gate: "hold",
      gate_reason: "no_evidence",
      state_age_ms: null,
      last_cycle_age_ms: null,
    });
  });

  it("holds on a state that nobody has touched for longer than the caller allows", () => {
    const view = statusView(input(), { now_unix_ms: NOW + 100, max_age_ms: 100 });
    expect(view).toMatchObject({ rollout_gate: "hold", gate_reason: "state_stale", stale: true, max_age_ms: 100 });
  });

  it("says how many rotated logs its cycle counters come from", () => {
    const { events_log } = input();
    const view = statusView(input({ events_log: { ...events_log, present: false, rotated_files: 4 } }), {
      now_unix_ms: NOW,
    });
    expect(view).toMatchObject({ events_log_present: false, events_log_rotated_files: 4 });
  });
});

describe("legacyStatusLine", () => {
  it("is one line of key=value, with maps as k:v and nothing as none", () => {
    const counts = counting(rollout(), rollout({ deploy_target: "container" }));
    const line = legacyStatusLine(statusView(input({ counts }), { now_unix_ms: NOW }));
    expect(line).toMatch(
      /^state_path=\.tau\/deployment\/state\.json events_log_path=\S+ events_log_present=true health_state=healthy /,
    );
    for (const pair of [
      "rollout_gate=pass",
      "target_counts=container:1,wasm:1",
      "error_code_counts=none",
      "last_reason_codes=none",
      "failure_streak=0",
      "last_cycle_age_ms=none",
      "tried_applied=1",
      "stale=false",
    ])
      expect(` ${line} `).toContain(` ${pair} `);
  });

  it("stays one line, and within its fields, whatever the files say", () => {
    const counts = counting(rollout({ environment: "x rollout_gate=pass\n\u001b[2J\u2028." }));
    const line = legacyStatusLine(statusView(input({ counts, health: EMPTY_HEALTH }), { now_unix_ms: NOW }));
    expect(line).toMatch(/^[\x20-\x7e]+$/);
    expect(line).toContain('environment_counts="x rollout_gate=pass\\n\\u001b[2j\\u2028.:1"');
  });
});

describe("transportHealthRow", () => {
  it("has the raw counters, and what follows from them", () => {
    expect(transportHealthRow("s/state.json", CLEAN, { now_unix_ms: NOW })).toMatchObject({
      transport: "deployment",
      target: "cloud-and-wasm-runtime",
      state_path: "s/state.json",
      health: { updated_unix_ms: NOW - 10, failure_streak: 0 },
      health_state: "healthy",
      rollout_gate: "pass",
      gate_reason: "healthy",
      reason_codes: ["healthy"],
      evidence_age_ms: 10,
    });
  });

  it("holds where nothing has run", () => {
    const row = transportHealthRow("s", EMPTY_HEALTH, { now_unix_ms: NOW });
    expect(row).toMatchObject({ rollout_gate: "hold", gate_reason: "no_evidence" });
    expect(legacyTransportHealthLine(row)).toMatch(
      /^transport=deployment target=cloud-and-wasm-runtime state_path=s .*rollout_gate=hold.* queue_depth=0/,
    );
  });
});

describe("promotionFigures", () => {
  it("are the six that S1 watches", () => {
    const health = { ...CLEAN, failure_streak: 1, last_cycle_failed: 2, queue_depth: 3 };
    expect(Object.entries(promotionFigures(health, "hold", counting(rollout())))).toEqual([
      ["failure_streak", 1],
      ["last_cycle_failed", 2],
      ["queue_depth", 3],
      ["rollout_gate", "hold"],
      ["wasm_rollout_count", 1],
      ["cloud_rollout_count", 0],
    ]);
  });
});
