import { describe, expect, it } from "vitest";
import { CONTRACT_LIMITS } from "../limits.ts";
import { cycleOfEventLine, makeEventLogFacts, standsInLog } from "./event-log.ts";

const read = (...lines: readonly string[]) => {
  const log = makeEventLogFacts();
  for (const line of lines) log.add(line);
  return log.facts();
};

const line = (changes: object = {}): string =>
  JSON.stringify({ timestamp_unix_ms: 1000, reason_codes: ["wasm_rollout_applied"], applied_cases: 1, ...changes });

describe("what counts as a cycle", () => {
  it.each([
    ["a whole line of the original", line(), true],
    ["an object without any field", "{}", true],
    ["fields of other types", '{"reason_codes":3,"timestamp_unix_ms":"x","applied_cases":-1}', true],
    ["an integer beyond 2^53", '{"timestamp_unix_ms":18446744073709551615}', true],
    ["half a line", '{"timestamp_unix_ms":1', false],
    ["an array", "[]", false],
    ["a number", "3", false],
    ["nothing", "", false],
    ["no JSON", "hello", false],
    ["a key that stands twice", '{"a":1,"a":2}', false],
    ["a lone surrogate", '{"a":"\ud800"}', false],
    ["a line that is too long", `{"a":"${"x".repeat(CONTRACT_LIMITS.event_line_chars_max)}"}`, false],
  ])("%s", (_, text, counts) => {
    expect(read(text)).toMatchObject({ cycle_reports: counts ? 1 : 0, invalid_cycle_reports: counts ? 0 : 1 });
  });
});

describe("the last line", () => {
  it("is the last valid one", () => {
    const facts = read(line(), line({ timestamp_unix_ms: 2000, reason_codes: [" retry_attempted ", "", 3] }), "{torn");
    expect(facts).toMatchObject({
      cycle_reports: 2,
      invalid_cycle_reports: 1,
      last_timestamp_unix_ms: 2000,
      last_reason_codes: ["retry_attempted"],
    });
  });

  it("has no time and no codes when it names none, whatever stood before it", () => {
    expect(read(line(), "{}")).toMatchObject({ last_timestamp_unix_ms: undefined, last_reason_codes: [] });
  });

  it("is absent from an empty log", () => {
    expect(read()).toEqual({
      cycle_reports: 0,
      invalid_cycle_reports: 0,
      last_timestamp_unix_ms: undefined,
      last_reason_codes: [],
      reason_code_counts: {},
      last_tried: undefined,
    });
  });
});

describe("reason codes", () => {
  it("are counted over all lines, by code", () => {
    const facts = read(line({ reason_codes: ["b", "a"] }), line({ reason_codes: ["b"] }));
    expect(Object.entries(facts.reason_code_counts)).toEqual([
      ["a", 1],
      ["b", 2],
    ]);
  });

  it("cannot fill the memory, however many a foreign log has", () => {
    const many = Array.from({ length: 1000 }, (_, index) => line({ reason_codes: [`code_${index}`] }));
    const { reason_code_counts } = read(...many, line({ reason_codes: ["x".repeat(1000)] }));
    expect(Object.keys(reason_code_counts)).toHaveLength(CONTRACT_LIMITS.counted_words_max + 1);
    expect(reason_code_counts["(other)"]).toBe(1001 - CONTRACT_LIMITS.counted_words_max);
    expect(read(line({ reason_codes: Array(1000).fill("x") })).last_reason_codes).toHaveLength(
      CONTRACT_LIMITS.cycle_reason_codes_max,
    );
  });

  it("are words like any other when they have the name of something in JavaScript", () => {
    const { reason_code_counts } = read('{"reason_codes":["__proto__","constructor"]}');
    expect(Object.entries(reason_code_counts)).toEqual([
      ["__proto__", 1],
      ["constructor", 1],
    ]);
  });
});

describe("the last cycle that tried a case", () => {
  it("is the one before cycles of duplicates", () => {
    const tried = line({ malformed_cases: 2, retry_attempts: 3, retryable_failures: 4, failed_cases: 1 });
    const duplicates = line({ timestamp_unix_ms: 2000, applied_cases: 0, duplicate_skips: 3 });
    expect(read(line(), tried, duplicates, "{}").last_tried).toEqual({
      unix_ms: 1000,
      applied: 1,
      malformed: 2,
      failed: 1,
      retry_attempts: 3,
      retryable_failures: 4,
    });
  });

  it("is none where no cycle has tried one", () => {
    expect(read("{}", line({ applied_cases: 0 })).last_tried).toBeUndefined();
  });
});

describe("which cycle a line is about", () => {
  it.each([
    [line({ seq: 7, cycle_id: "ab" }), { seq: 7, cycle_id: "ab" }],
    [line({ seq: 7 }), { seq: 7, cycle_id: "" }],
    [line(), undefined],
    ['{"seq":"7"}', undefined],
    ['{"seq":7', undefined],
  ])("%s", (text, cycle) => {
    expect(cycleOfEventLine(text)).toEqual(cycle);
  });

  it("is told from the end of a log: it stands there, it does not, or one must look further", () => {
    const stands = (other: string) => standsInLog({ seq: 7, cycle_id: "ab" }, other);
    expect(stands(line({ seq: 7, cycle_id: "ab", more: 1 }))).toBe(true);
    expect(stands(line({ seq: 7, cycle_id: "cd" }))).toBe(false);
    expect(stands(line({ seq: 6, cycle_id: "ab" }))).toBe(false);
    for (const other of [line({ seq: 8, cycle_id: "ab" }), line(), "{torn"]) expect(stands(other)).toBeUndefined();
  });
});
