import { describe, expect, it } from "vitest";
import { EMPTY_HEALTH, HEALTH_FIELDS, readHealth, writeHealth } from "./health.ts";

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

  it("reads a state of the original as one without a tried cycle", () => {
    expect(readHealth({ last_cycle_completed: 3 })).not.toHaveProperty("tried");
  });

  it("takes what is absent of a tried cycle as 0, and so as no evidence", () => {
    expect(readHealth({ tried_applied: 3 })).toMatchObject({ tried: { unix_ms: 0, applied: 3, malformed: 0 } });
  });

  it("names a counter of the tried cycle that is none", () => {
    expect(readHealth({ tried_failed: -1 })).toBe("tried_failed");
  });
});

describe("writeHealth", () => {
  const tried = { unix_ms: 7, applied: 1, malformed: 2, failed: 3, retry_attempts: 4, retryable_failures: 5 };
  const health = { ...EMPTY_HEALTH, updated_unix_ms: 9, failure_streak: 1, tried };

  it("writes S1's ten counters in S1's order, then those of the cycle that tried a case", () => {
    expect(Object.entries(writeHealth(health)).slice(10)).toEqual([
      ["tried_unix_ms", 7],
      ["tried_applied", 1],
      ["tried_malformed", 2],
      ["tried_failed", 3],
      ["tried_retry_attempts", 4],
      ["tried_retryable_failures", 5],
    ]);
    expect(Object.keys(writeHealth(health)).slice(0, 10)).toEqual(HEALTH_FIELDS);
    expect(Object.keys(writeHealth(EMPTY_HEALTH))).toEqual(HEALTH_FIELDS);
  });

  it("writes what is read again", () => {
    expect(readHealth({ ...writeHealth(health) })).toEqual(health);
  });
});
