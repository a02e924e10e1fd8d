import { describe, expect, it } from "vitest";
import { refuseBatch } from "./batch.ts";
import type { ReportBatch } from "./window.ts";

const SOUND: ReportBatch = {
  reporter: "did:key:z6Mk",
  batch_id: "b-1",
  ok_latency_us: [0, 12],
  failed: 1,
  started: 2,
  ended: 3,
};

describe("a batch", () => {
  it("is counted when it keeps its limits", () => {
    expect(refuseBatch(SOUND)).toBeUndefined();
    expect(refuseBatch({ ...SOUND, ok_latency_us: new Array(9_997).fill(5) })).toBeUndefined();
  });

  it.each<[string, Partial<ReportBatch>, string, string]>([
    ["a nameless reporter", { reporter: "" }, "batch_name", "$.reporter"],
    ["a reporter with a line break", { reporter: "a\nb" }, "batch_name", "$.reporter"],
    ["a long batch id", { batch_id: "x".repeat(65) }, "batch_name", "$.batch_id"],
    ["nothing in it", { ok_latency_us: [], failed: 0, started: 0, ended: 0 }, "batch_empty", "$"],
    ["one observation too many", { ok_latency_us: new Array(9_998).fill(5) }, "batch_too_large", "$"],
    ["a negative count", { failed: -1 }, "batch_count", "$.failed"],
    ["half a start", { started: 0.5 }, "batch_count", "$.started"],
    ["an endless count", { ended: Number.POSITIVE_INFINITY }, "batch_count", "$.ended"],
    ["a latency that is no number", { ok_latency_us: [1, Number.NaN] }, "batch_latency", "$.ok_latency_us[1]"],
    ["a latency with a fraction", { ok_latency_us: [1.5] }, "batch_latency", "$.ok_latency_us[0]"],
    ["a negative latency", { ok_latency_us: [-1] }, "batch_latency", "$.ok_latency_us[0]"],
    ["more ended than ends", { ended: 4 }, "batch_ended", "$.ended"],
  ])("with %s is refused with a code, a place and a remedy", (_name, change, code, at) => {
    expect(refuseBatch({ ...SOUND, ...change })).toEqual({ code, at, remedy: expect.stringMatching(/\.$/) });
  });
});
