import { encodeRecord, type LedgerRecord, RECORD_BYTES_MAX } from "@tau-edge/ledger";
import { describe, expect, it } from "vitest";
import { counts, cycleFacts } from "./cycle.test-helper.ts";
import { CYCLE_REASON_CODES } from "./cycle-counts.ts";
import type { CycleFacts } from "./cycle-facts.ts";
import { cycleHealth } from "./cycle-health.ts";
import { draftCycle, readCycle } from "./cycle-record.ts";
import { FIXTURE_NAME_BYTES_MAX } from "./limits.ts";

const ACTOR = { kind: "local", id: "tester" } as const;
const STREAM = "default/contract/cycles";

function recordOf(facts: CycleFacts): LedgerRecord {
  return { v: 1, stream: STREAM, seq: 3, at_unix_ms: 1, prev: new Uint8Array(32), ...draftCycle(facts, ACTOR) };
}

const CYCLE = counts({ discovered_cases: 9, queued_cases: 9, applied_cases: 8, failed_cases: 1, retry_attempts: 3 });
const FULL = cycleFacts({
  counts: CYCLE,
  reason_codes: ["retry_attempted", "case_processing_failed"],
  health: cycleHealth(cycleFacts().health, CYCLE, 1, 2),
  pages: [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)],
});

it.each([
  ["a full cycle", FULL],
  ["a cycle that tried nothing", cycleFacts()],
])("%s reads as it was written", (_name, facts) => {
  expect(readCycle(recordOf(facts))).toStrictEqual(facts);
  expect(draftCycle(readCycle(recordOf(facts)), ACTOR)).toStrictEqual(draftCycle(facts, ACTOR));
});

describe("what no program of ours writes is refused", () => {
  const changed = (changes: object) => () =>
    readCycle({ ...recordOf(FULL), body: { ...recordOf(FULL).body, ...changes } });
  it.each<[string, object, string]>([
    ["a newer version", { v: 2 }, "object_newer"],
    ["an unknown field", { more: 1 }, "field_malformed"],
    ["an unknown limit", { limits: { ...FULL.limits, more: 1 } }, "field_malformed"],
    ["a missing counter", { counts: {} }, "field_malformed"],
    ["a negative counter", { counts: { ...FULL.counts, failed_cases: -1 } }, "field_malformed"],
    ["an unknown reason code", { reason_codes: ["fine"] }, "field_malformed"],
    ["a digest of 31 bytes", { pages: [new Uint8Array(31)] }, "field_malformed"],
    ["health with an unknown field", { health: { ...FULL.health, tried: null } }, "field_malformed"],
  ])("%s", (_name, changes, code) => {
    expect(changed(changes)).toThrow(expect.objectContaining({ name: "LedgerError", code }));
  });
});

it("the record of the largest fixture stays within a record's bound", () => {
  const facts = cycleFacts({
    fixture_name: "n".repeat(FIXTURE_NAME_BYTES_MAX),
    reason_codes: CYCLE_REASON_CODES,
    pages: Array.from({ length: 1_600 }, () => new Uint8Array(32).fill(0xff)),
    counts: CYCLE,
    health: FULL.health,
  });
  const record = { ...recordOf(facts), actor: { kind: "local", id: "u".repeat(512) } as const };
  expect(encodeRecord(record).length).toBeLessThan(RECORD_BYTES_MAX);
});
