import { inspect } from "@tau-edge/wasm";
import { describe, expect, it } from "vitest";
import { diffInspections } from "./diff.ts";
import { diffSchema } from "./diff-schema.ts";
import { componentWith, moduleWith } from "./inspection.test-helper.ts";
import { inspectionSchema } from "./inspection-schema.ts";
import { judge } from "./judge.ts";
import { DEFAULT_PROFILE } from "./profiles-builtin.ts";
import { verdictSchema } from "./verdict-schema.ts";

/** A module with one import and one export, and a component that imports a function. */
const SAMPLES = [
  [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 2, 7, 1, 1, 0x61, 1, 0x62, 0, 0, 7, 5, 1, 1, 0x63, 0, 0],
  [0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0],
];
const inspections = [
  ...SAMPLES.map((bytes) => inspect(new Uint8Array(bytes), { features: true })),
  moduleWith(["wasi_snapshot_preview1", "env"]),
  componentWith(["wasi:io/poll@0.2.0"], { warnings: [{ code: "instance_type_unresolved", at: 10, path: "" }] }),
  componentWith(["wasi:io/poll@0.2.0", { name: "x", implements: "wasi:random/random@0.2.0", external_id: "y" }]),
];

describe("the schemas describe what is printed, every field of it", () => {
  it.each(inspections)("inspection and verdict %#", (inspection) => {
    expect(inspectionSchema.parse(inspection)).toEqual(inspection);
    const verdict = judge(inspection, { ...DEFAULT_PROFILE, profile_id: "test_v1" });
    expect(verdictSchema.parse(verdict)).toEqual(verdict);
  });

  it("diff", () => {
    for (const before of inspections)
      for (const after of inspections) {
        const diff = diffInspections(before, after);
        expect(diffSchema.parse(diff)).toEqual(diff);
      }
  });
});
