import { type CborValue, encodeCbor, sha256 } from "@tau-edge/encoding";
import { RECORD_BYTES_MAX } from "@tau-edge/ledger";
import { describe, expect, it } from "vitest";
import { GATES_MAX, LANES_MAX, MAINTENANCE_WINDOWS_MAX, NAME_CHARS_MAX, STAGES_MAX } from "../limits.ts";
import { planWith } from "./plan.test-helper.ts";
import { planFromCbor, planToCbor } from "./plan-cbor.ts";
import { planObject, policyObject, readPlanObject } from "./plan-objects.ts";

const DIGEST = `sha256:${"33".repeat(32)}`;
const FULL = {
  baseline: DIGEST,
  lanes: ["a", "b"],
  policy: {
    gates: [{ id: "smoke", metric: "external_check", check: "smoke" }],
    approvals: [{ role: "on_call", environments: ["prod", "dev"] }],
    maintenance_windows: [{ weekdays: [5, 1], start_minute: 1, duration_minutes: 2 }],
  },
};

describe("a plan in a record", () => {
  it.each([{}, { baseline: "none" }, FULL])("comes back as it went in: %j", (changes) => {
    const plan = planWith(changes);
    expect(planFromCbor(planToCbor(plan), "x")).toEqual(plan);
    expect(readPlanObject(planObject(plan, sha256).bytes)).toEqual(plan);
  });

  it("fits beside the rest of a run_header when everything in it is as long as it may be", () => {
    const name = (index: number) => `${index}`.padStart(NAME_CHARS_MAX, "n");
    const many = <T>(count: number, make: (index: number) => T) =>
      Array.from({ length: count }, (_, index) => make(index));
    const plan = planWith({
      lanes: many(LANES_MAX, name),
      policy: {
        stages: many(STAGES_MAX, () => ({ weight_bp: 10_000, min_samples: 9e9, min_dwell_ms: 3e10 })),
        gates: many(GATES_MAX, (index) => ({ id: name(index), metric: "external_check", check: name(index) })),
        maintenance_windows: many(MAINTENANCE_WINDOWS_MAX, () => ({
          weekdays: [1, 2, 3, 4, 5, 6, 7],
          start_minute: 1_439,
          duration_minutes: 10_080,
        })),
      },
    });
    expect(encodeCbor(planToCbor(plan)).length).toBeLessThan(RECORD_BYTES_MAX / 2);
  });

  const plan = planToCbor(planWith(FULL));
  const { lanes: _, ...withoutLanes } = plan;
  it.each<[string, CborValue]>([
    ["a field that is left to its default", withoutLanes],
    ["an unknown field", { ...plan, more: 1 }],
    ["a note for editors", { ...plan, $schema: "x" }],
    ["a digest as text", { ...plan, release: DIGEST }],
    ["a short digest", { ...plan, release: new Uint8Array(31) }],
    ["a set out of order", { ...plan, lanes: ["b", "a"] }],
    ["S1's word", { ...plan, environments: ["production"] }],
    ["no map", []],
  ])("is refused with %s", (_name, value) => {
    expect(() => planFromCbor(value, "s#1 plan")).toThrow(
      expect.objectContaining({ code: "field_malformed", at: expect.stringMatching(/^s#1 plan/) }),
    );
  });

  it("an object of another kind is not a plan", () => {
    const { bytes } = policyObject(planWith().policy, sha256);
    expect(() => readPlanObject(bytes)).toThrow(expect.objectContaining({ code: "object_tag" }));
  });
});
