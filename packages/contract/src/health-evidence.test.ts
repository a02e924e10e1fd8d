import { expect, it } from "vitest";
import { EMPTY_HEALTH } from "./health.ts";
import { withEventLog } from "./health-evidence.ts";
import { CONTRACT_LIMITS } from "./limits.ts";

const ORIGINAL = { ...EMPTY_HEALTH, updated_unix_ms: 1_000_000_000, last_cycle_completed: 3 };

const triedAt = (unix_ms: number) => ({
  unix_ms,
  applied: 1,
  malformed: 2,
  failed: 0,
  retry_attempts: 0,
  retryable_failures: 0,
});

const evidenceFrom = (unix_ms: number, health = ORIGINAL) =>
  withEventLog(health, { last_tried: triedAt(unix_ms) }).tried;

it("the log says what a state of the original does not: how many of its cases were malformed", () => {
  expect(evidenceFrom(ORIGINAL.updated_unix_ms)).toEqual(triedAt(ORIGINAL.updated_unix_ms));
  expect(evidenceFrom(1)).toEqual(triedAt(1));
});

it("a log of later cycles is not about this state: it was put back, or came from elsewhere", () => {
  const last = ORIGINAL.updated_unix_ms + CONTRACT_LIMITS.clock_behind_ms_max;
  expect(evidenceFrom(last)).toEqual(triedAt(last));
  expect(evidenceFrom(last + 1)).toBeUndefined();
});

it("a state that shows no cycle has no evidence, whatever the log says", () => {
  expect(evidenceFrom(1, { ...ORIGINAL, updated_unix_ms: 0 })).toBeUndefined();
});
