import { describe, expect, it } from "vitest";
import type { CycleCounts } from "./cases/cycle-counts.ts";
import { cycleHealth } from "./cases/cycle-health.ts";
import { type DeploymentHealth, EMPTY_HEALTH, type HealthSnapshot, type TriedCycle } from "./health.ts";
import { withEventLog } from "./health-evidence.ts";
import { classifyHealth, healthClassOf } from "./health-report.ts";

const NOW = 1_795_246_679_844;
const HOUR = 60 * 60 * 1000;

const CLEAN: TriedCycle = {
  unix_ms: NOW - 1000,
  applied: 3,
  malformed: 0,
  failed: 0,
  retry_attempts: 0,
  retryable_failures: 0,
};

const after = (tried: Partial<TriedCycle>, counters: Partial<HealthSnapshot> = {}): DeploymentHealth => ({
  ...EMPTY_HEALTH,
  updated_unix_ms: NOW - 1000,
  ...counters,
  tried: { ...CLEAN, ...tried },
});

const judge = (health: DeploymentHealth) => classifyHealth(health, { now_unix_ms: NOW });

describe("the class and the gate", () => {
  it.each<[string, DeploymentHealth, string, string, string]>([
    ["nothing has run", EMPTY_HEALTH, "healthy", "hold", "no_evidence"],
    ["a clean cycle", after({}), "healthy", "pass", "healthy"],
    [
      "one failed case",
      after({ failed: 1 }, { failure_streak: 1, last_cycle_failed: 1 }),
      "degraded",
      "hold",
      "health_degraded",
    ],
    ["a streak of two", after({ failed: 1 }, { failure_streak: 2 }), "degraded", "hold", "health_degraded"],
    ["a streak of three", after({ failed: 1 }, { failure_streak: 3 }), "failing", "hold", "health_failing"],
    [
      "a streak of three before a cycle of duplicates",
      after({}, { failure_streak: 3 }),
      "failing",
      "hold",
      "health_failing",
    ],
    ["malformed inputs only", after({ applied: 0, malformed: 3 }), "degraded", "hold", "health_degraded"],
    ["one malformed input beside applied cases", after({ malformed: 1 }), "degraded", "hold", "health_degraded"],
    [
      "a retry that succeeded",
      after({ retry_attempts: 1, retryable_failures: 1 }),
      "degraded",
      "hold",
      "health_degraded",
    ],
    [
      "a retryable failure without a second try",
      after({ retryable_failures: 1 }),
      "degraded",
      "hold",
      "health_degraded",
    ],
    ["cases that wait", after({}, { queue_depth: 7 }), "healthy", "pass", "healthy"],
    ["a tried cycle without a time", after({ unix_ms: 0 }), "healthy", "hold", "no_evidence"],
    ["a tried cycle that applied nothing", after({ applied: 0 }), "healthy", "hold", "no_evidence"],
  ])("%s", (_, health, state, gate, reason) => {
    const report = judge(health);
    expect(report).toMatchObject({ health_state: state, rollout_gate: gate, gate_reason: reason });
    expect(report.reason_codes[0]).toBe(reason);
    expect(report.health_reason).toContain(`failure_streak=${health.failure_streak}`);
    if (state === "degraded") expect(report.health_reason).toContain(`last_cycle_failed=${health.last_cycle_failed}`);
    expect(healthClassOf(health)).toEqual({ health_state: state, health_reason: report.health_reason });
  });
});

describe("a cycle of duplicates, which tries nothing", () => {
  const duplicates = {
    last_cycle_duplicates: 3,
    last_cycle_processed: 3,
    last_cycle_completed: 0,
    last_cycle_failed: 0,
  };

  it("does not heal a streak", () => {
    expect(judge(after({ failed: 1 }, { ...duplicates, failure_streak: 2 }))).toMatchObject({
      health_state: "degraded",
      rollout_gate: "hold",
    });
  });

  it("does not heal a cycle with malformed inputs", () => {
    expect(judge(after({ applied: 0, malformed: 1 }, duplicates))).toMatchObject({
      health_state: "degraded",
      rollout_gate: "hold",
      reason_codes: ["health_degraded", "malformed_inputs_observed"],
    });
  });

  it("keeps the evidence of the clean cycle before it, but does not make it younger", () => {
    const report = judge(after({ unix_ms: NOW - 25 * HOUR }, duplicates));
    expect(report).toMatchObject({ rollout_gate: "hold", gate_reason: "state_stale" });
    expect(report.freshness).toMatchObject({ state_age_ms: 1000, evidence_age_ms: 25 * HOUR, stale: true });
  });
});

describe("cycle after cycle", () => {
  const NOTHING: CycleCounts = {
    ...{ discovered_cases: 3, queued_cases: 0, applied_cases: 0, duplicate_skips: 0, malformed_cases: 0 },
    ...{ retryable_failures: 0, retry_attempts: 0, failed_cases: 0, upserted_rollouts: 0 },
    ...{ wasm_rollouts: 0, cloud_rollouts: 0, backlog_cases: 0 },
  };
  const clean = { ...NOTHING, applied_cases: 3 };
  const duplicates = { ...NOTHING, duplicate_skips: 3 };
  const failed = { ...NOTHING, failed_cases: 1, retryable_failures: 4, retry_attempts: 3 };
  const partly = { ...failed, applied_cases: 2 };
  const malformed = { ...NOTHING, malformed_cases: 3 };

  it.each<[string, readonly CycleCounts[], string, number]>([
    ["one clean", [clean], "healthy", 0],
    ["duplicates of nothing", [duplicates], "no_evidence", 0],
    ["clean, then duplicates", [clean, duplicates], "healthy", 0],
    ["failed", [failed], "health_degraded", 1],
    ["failed, then duplicates", [failed, duplicates], "health_degraded", 1],
    ["failed, then malformed inputs", [failed, malformed], "health_degraded", 1],
    ["failed three times", [failed, partly, failed], "health_failing", 3],
    [
      "failed three times, with duplicates between",
      [failed, duplicates, failed, malformed, failed],
      "health_failing",
      3,
    ],
    ["failed three times, then duplicates", [failed, failed, failed, duplicates], "health_failing", 3],
    ["failed three times, then clean", [failed, failed, failed, clean], "healthy", 0],
    ["malformed inputs only", [malformed], "health_degraded", 0],
    ["clean, then malformed inputs, then duplicates", [clean, malformed, duplicates], "health_degraded", 0],
    ["malformed inputs, then clean", [malformed, clean], "healthy", 0],
  ])("%s", (_, cycles, reason, streak) => {
    const health = cycles.reduce<DeploymentHealth>(
      (previous, counts, index) => cycleHealth(previous, counts, NOW + index, NOW + index),
      EMPTY_HEALTH,
    );
    expect([judge(health).gate_reason, health.failure_streak]).toEqual([reason, streak]);
  });
});

describe("freshness", () => {
  it.each([
    ["as old as allowed", 24 * HOUR, undefined, "healthy"],
    ["a millisecond older", 24 * HOUR + 1, undefined, "state_stale"],
    ["older than the caller allows", 2 * HOUR, HOUR, "state_stale"],
    ["dated ten minutes after now", -10 * 60 * 1000, undefined, "healthy"],
    ["dated a millisecond more after now", -10 * 60 * 1000 - 1, undefined, "clock_disagrees"],
  ] as const)("evidence that is %s", (_, age, max, reason) => {
    const health = after({ unix_ms: NOW - age });
    const report = classifyHealth(health, { now_unix_ms: NOW, ...(max !== undefined && { max_age_ms: max }) });
    expect(report.gate_reason).toBe(reason);
    expect(report.rollout_gate).toBe(reason === "healthy" ? "pass" : "hold");
    expect(report.freshness).toEqual({
      state_age_ms: 1000,
      last_cycle_age_ms: null,
      evidence_age_ms: age,
      max_age_ms: max ?? 24 * HOUR,
      stale: reason === "state_stale",
    });
  });

  it("has no age for what never was", () => {
    expect(judge(EMPTY_HEALTH).freshness).toEqual({
      state_age_ms: null,
      last_cycle_age_ms: null,
      evidence_age_ms: null,
      max_age_ms: 24 * HOUR,
      stale: false,
    });
  });

  it("shows the age of the last event line beside", () => {
    const report = classifyHealth(after({}), { now_unix_ms: NOW, last_cycle_unix_ms: NOW - 5 });
    expect(report.freshness.last_cycle_age_ms).toBe(5);
  });

  it("is named as well where something worse holds", () => {
    const old = after({ unix_ms: NOW - 48 * HOUR, failed: 1 }, { failure_streak: 4 });
    expect(judge(old).reason_codes).toEqual(["health_failing", "case_processing_failed", "state_stale"]);
  });
});

describe("S1's troubleshooting", () => {
  it.each<[string, DeploymentHealth, string, RegExp]>([
    [
      "case_processing_failed",
      after({ failed: 1 }, { failure_streak: 1 }),
      "degraded",
      /runtime-events\.jsonl.*fixture/,
    ],
    ["malformed_inputs_observed", after({ malformed: 1 }), "degraded", /fixture.*target, runtime/],
    ["retry_attempted", after({ retry_attempts: 3 }), "degraded", /--deployment-retry-max-attempts/],
    ["retryable_failures_observed", after({ retryable_failures: 4 }), "degraded", /simulate a retryable failure/],
    ["health_failing", after({ failed: 1 }, { failure_streak: 3 }), "failing", /^Stop promoting/],
    ["state_stale", after({ unix_ms: NOW - 25 * HOUR }), "healthy", /scripts\/demo\/deployment\.sh/],
    ["no_evidence", EMPTY_HEALTH, "healthy", /^Run a deployment cycle/],
  ])("%s is answered by the documented action", (code, health, state, action) => {
    const report = judge(health);
    expect(report).toMatchObject({ health_state: state, rollout_gate: "hold" });
    expect(report.reason_codes).toContain(code);
    expect(report.recommendation).toMatch(action);
  });

  it("non-zero queue_depth is answered by the documented action, and does not hold", () => {
    const report = judge(after({}, { queue_depth: 7 }));
    expect(report.rollout_gate).toBe("pass");
    expect(report.recommendation).toMatch(/^7 cases wait.*--deployment-queue-limit/);
  });

  it("asks for nothing where nothing is wrong", () => {
    expect(judge(after({})).recommendation).toBe("Nothing to do.");
  });
});

describe("a state of the original, which says nothing of the last cycle that tried a case", () => {
  const original = { ...EMPTY_HEALTH, updated_unix_ms: NOW - 1000, last_cycle_completed: 3 };

  it.each<[string, Partial<HealthSnapshot>, string, string]>([
    ["completed cases", {}, "healthy", "healthy"],
    ["a cycle of duplicates", { last_cycle_completed: 0, last_cycle_duplicates: 3 }, "healthy", "no_evidence"],
    ["no time", { updated_unix_ms: 0 }, "healthy", "no_evidence"],
    [
      "failed cases",
      { last_cycle_completed: 0, last_cycle_failed: 2, failure_streak: 1 },
      "degraded",
      "health_degraded",
    ],
    ["a day without a cycle", { updated_unix_ms: NOW - 25 * HOUR }, "healthy", "state_stale"],
  ])("is judged by its ten counters where there is no event line: %s", (_, counters, state, reason) => {
    expect(judge({ ...original, ...counters })).toMatchObject({ health_state: state, gate_reason: reason });
  });

  it("is judged with its event log, which knows of malformed inputs", () => {
    const malformed = { ...CLEAN, applied: 0, malformed: 3 };
    expect(judge(withEventLog(original, { last_tried: malformed }))).toMatchObject({
      health_state: "degraded",
      rollout_gate: "hold",
      reason_codes: ["health_degraded", "malformed_inputs_observed"],
    });
  });

  it("holds after a failure that a cycle of duplicates has hidden in its counters", () => {
    const healed = { ...original, last_cycle_completed: 0, last_cycle_duplicates: 3, failure_streak: 0 };
    expect(judge(withEventLog(healed, { last_tried: { ...CLEAN, applied: 0, failed: 1 } }))).toMatchObject({
      health_state: "degraded",
      health_reason: expect.stringContaining("failed_cases=1"),
    });
  });

  it("is no evidence where no cycle has left a time in it, whatever an older event log says", () => {
    expect(judge(withEventLog(EMPTY_HEALTH, { last_tried: CLEAN }))).toMatchObject({
      rollout_gate: "hold",
      gate_reason: "no_evidence",
    });
  });

  it("keeps what a runner of ours has written, whatever the event log says", () => {
    const ours = after({ malformed: 1 });
    expect(withEventLog(ours, { last_tried: CLEAN })).toBe(ours);
    expect(withEventLog(original, { last_tried: undefined })).toBe(original);
  });
});
