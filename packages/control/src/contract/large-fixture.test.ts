/** Fixtures that are too large to be held wait in the case book: the same cycle comes of them. */
import { encodeUtf8 } from "@tau-edge/encoding";
import { describe, expect, it } from "vitest";
import { STAGED_IN_MEMORY_BYTES_MAX } from "../limits.ts";
import { ACTOR } from "../packaging.test-helper.ts";
import { containerCase, fixtureOf, type JsonMap, type MemoryRunner, makeRunner } from "./cycles.test-helper.ts";
import { runCycle } from "./run-cycle.ts";

/** Passed over, as every key that nobody knows. */
const PADDING = "x".repeat(900_000);
const padded = (case_id: string): JsonMap => ({ ...containerCase(case_id), padding: PADDING });

const CASES = ["j", "i", "h", "g", "f", "e", "d", "c", "b", "a"].map(padded);

function run(runner: MemoryRunner, cases: readonly JsonMap[]) {
  const bytes = encodeUtf8(JSON.stringify({ schema_version: 1, name: "large", cases }));
  expect(bytes.length).toBeGreaterThan(STAGED_IN_MEMORY_BYTES_MAX);
  return runCycle({ actor: ACTOR, fixture: fixtureOf(bytes, "large.json", 256 * 1024) }, runner);
}

describe("a large fixture", () => {
  it("is run in the order of its ids, and is a duplicate the second time", async () => {
    const runner = makeRunner();
    expect(await run(runner, CASES)).toMatchObject({ applied_cases: 10, fixture: { name: "large" } });
    const ids = runner.disk.channelLogs["shop"]?.map(({ payload }) => Object(payload).case_id);
    expect(ids).toEqual(["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"]);
    expect(await run(runner, CASES)).toMatchObject({ applied_cases: 0, duplicate_skips: 10 });
  });

  it("is refused as a whole for its last case, whichever stage the first ones were in", async () => {
    const runner = makeRunner();
    const refused = await run(runner, [...CASES, containerCase(" j ")]);
    expect(refused).toMatchObject({
      outcome: "refused",
      refusal: { code: "case_id_duplicate", at: "cases[10].case_id" },
    });
    expect([runner.disk.rows.size, runner.disk.objects.size, runner.disk.files.size]).toEqual([0, 0, 0]);
    expect(runner.backend.asked).toEqual([]);
  });

  it("leaves its source alone once nothing more can change the refusal", async () => {
    let [read, closed] = [0, false];
    const source = {
      file: "endless.json",
      async *chunks() {
        try {
          yield encodeUtf8("{} and more");
          for (;;) {
            read += 1;
            yield encodeUtf8("more");
          }
        } finally {
          closed = true;
        }
      },
    };
    const refused = await runCycle({ actor: ACTOR, fixture: source }, makeRunner());
    expect(refused).toMatchObject({ outcome: "refused", refusal: { code: "fixture_syntax" } });
    expect([read, closed]).toEqual([0, true]);
  });
});
