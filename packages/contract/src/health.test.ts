import { describe, expect, it } from "vitest";
import { classifyHealth, EMPTY_HEALTH, HEALTH_FIELDS, type HealthSnapshot, readHealth } from "./health.ts";

const after = (changes: Partial<HealthSnapshot>): HealthSnapshot => ({
  ...EMPTY_HEALTH,
  updated_unix_ms: 1_795_246_679_844,
  last_cycle_discovered: 3,
  last_cycle_processed: 3,
  last_cycle_completed: 3,
  ...changes,
});

describe("classifyHealth", () => {
  it.each([
    ["nothing has run", EMPTY_HEALTH, "healthy", "hold", "no_evidence"],
    [
      "a cycle of duplicates only",
      after({ last_cycle_completed: 0, last_cycle_duplicates: 3 }),
      "healthy",
      "hold",
      "no_evidence",
    ],
    ["counters without a time", after({ updated_unix_ms: 0 }), "healthy", "hold", "no_evidence"],
    ["a clean cycle", after({}), "healthy", "pass", "healthy"],
    ["one failed case", after({ last_cycle_failed: 1 }), "degraded", "hold", "health_degraded"],
    ["a streak of one", after({ failure_streak: 1 }), "degraded", "hold", "health_degraded"],
    ["a streak of two", after({ failure_streak: 2, last_cycle_failed: 1 }), "degraded", "hold", "health_degraded"],
    ["a streak of three", after({ failure_streak: 3, last_cycle_failed: 1 }), "failing", "hold", "health_failing"],
    [
      "a streak of three, though the last cycle was clean",
      after({ failure_streak: 3 }),
      "failing",
      "hold",
      "health_failing",
    ],
  ] as const)("%s", (_, health, state, gate, reason) => {
    const report = classifyHealth(health);
    expect(report).toMatchObject({ health_state: state, rollout_gate: gate, gate_reason: reason });
    expect(report.health_reason).toContain(`failure_streak=${health.failure_streak}`);
  });
});

describe("readHealth", () => {
  it("reads absent fields as 0, as S1 does", () => {
    expect(readHealth({})).toEqual(EMPTY_HEALTH);
    expect(readHealth({ failure_streak: 2, other: "kept elsewhere" })).toEqual({ ...EMPTY_HEALTH, failure_streak: 2 });
  });

  it.each(HEALTH_FIELDS)("names %s when it is no counter", (field) => {
    for (const value of [-1, 1.5, "3", null, -(2n ** 64n)]) expect(readHealth({ [field]: value })).toBe(field);
  });

  it("saturates a counter that binary64 cannot hold", () => {
    expect(readHealth({ queue_depth: 2n ** 63n })).toMatchObject({ queue_depth: Number.MAX_SAFE_INTEGER });
  });

  it("does not take a counter from the prototype of the document", () => {
    expect(readHealth(Object.create({ failure_streak: 9 }))).toEqual(EMPTY_HEALTH);
  });
});
