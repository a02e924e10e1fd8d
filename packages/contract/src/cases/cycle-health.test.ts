import { describe, expect, it } from "vitest";
import { type DeploymentHealth, EMPTY_HEALTH } from "../health.ts";
import { counts } from "./cycle.test-helper.ts";
import type { CycleCounts } from "./cycle-counts.ts";
import { cycleHealth } from "./cycle-health.ts";

const after = (changes: Partial<CycleCounts>, previous: DeploymentHealth = EMPTY_HEALTH) =>
  cycleHealth(previous, counts(changes), 5_000, 5_250);
const TRIED = { unix_ms: 1, applied: 7, malformed: 0, failed: 0, retry_attempts: 0, retryable_failures: 0 };

it("counts as contract.md 2.7 has it", () => {
  const cycle = { discovered_cases: 20, duplicate_skips: 4, queued_cases: 10, backlog_cases: 6 };
  const ended = { applied_cases: 5, malformed_cases: 3, failed_cases: 2, retry_attempts: 9, retryable_failures: 11 };
  expect(after({ ...cycle, ...ended })).toEqual({
    updated_unix_ms: 5_250,
    cycle_duration_ms: 250,
    queue_depth: 6,
    active_runs: 0,
    failure_streak: 1,
    last_cycle_discovered: 20,
    last_cycle_processed: 14,
    last_cycle_completed: 8,
    last_cycle_failed: 2,
    last_cycle_duplicates: 4,
    tried: { unix_ms: 5_250, applied: 5, malformed: 3, failed: 2, retry_attempts: 9, retryable_failures: 11 },
  });
});

describe("the streak", () => {
  it.each<[string, Partial<CycleCounts>, number]>([
    ["grows with a cycle that has failures", { failed_cases: 1 }, 3],
    ["grows with it even when others were applied", { failed_cases: 1, applied_cases: 9 }, 3],
    ["ends with one that applies a case and has none", { applied_cases: 1 }, 0],
    ["ends with one that applies a case beside malformed ones", { applied_cases: 1, malformed_cases: 4 }, 0],
    ["is not ended by an empty cycle", {}, 2],
    ["is not ended by duplicates", { discovered_cases: 3, duplicate_skips: 3 }, 2],
    ["is not ended by malformed cases alone", { malformed_cases: 3 }, 2],
  ])("%s", (_name, changes, streak) => {
    expect(after(changes, { ...EMPTY_HEALTH, failure_streak: 2 }).failure_streak).toBe(streak);
  });

  it("stops at the largest number that can be written", () => {
    const previous = { ...EMPTY_HEALTH, failure_streak: Number.MAX_SAFE_INTEGER };
    expect(after({ failed_cases: 1 }, previous).failure_streak).toBe(Number.MAX_SAFE_INTEGER);
  });
});

describe("the evidence", () => {
  it.each<[string, Partial<CycleCounts>]>([
    ["no case at all", {}],
    ["only duplicates", { discovered_cases: 3, duplicate_skips: 3 }],
    ["only cases that wait", { discovered_cases: 3, backlog_cases: 3 }],
  ])("stays as it was after %s", (_name, changes) => {
    expect(after(changes, { ...EMPTY_HEALTH, tried: TRIED }).tried).toEqual(TRIED);
    expect(after(changes)).not.toHaveProperty("tried");
  });

  it("is what the original's last cycle did, after one of ours that tried nothing", () => {
    const original = { ...EMPTY_HEALTH, updated_unix_ms: 4_000, last_cycle_completed: 2, last_cycle_failed: 1 };
    const tried = { unix_ms: 4_000, applied: 2, malformed: 0, failed: 1, retry_attempts: 0, retryable_failures: 0 };
    expect(after({ discovered_cases: 3, duplicate_skips: 3 }, original).tried).toEqual(tried);
  });

  it.each(["applied_cases", "malformed_cases", "failed_cases"] as const)("is this cycle when it has %s", (field) => {
    expect(after({ [field]: 1 }, { ...EMPTY_HEALTH, tried: TRIED }).tried?.unix_ms).toBe(5_250);
  });
});

it("a clock that went back makes no negative duration", () => {
  expect(cycleHealth(EMPTY_HEALTH, counts(), 2_000, 1_000).cycle_duration_ms).toBe(0);
});
