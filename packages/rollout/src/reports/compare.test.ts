import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { digestFor } from "../rollout.test-helper.ts";
import { FINAL_STATUSES } from "../trace/trace-body.ts";
import { compareReports } from "./compare.ts";

const REPORT = {
  policy_bundle_hash: digestFor("policy"),
  environment_profile_hash: digestFor("profile"),
  status: "success",
  started_unix_ms: 1_000,
  ended_unix_ms: 2_000,
} as const;

function order(a: object, b: object) {
  const comparison = compareReports({ ...REPORT, ...a }, { ...REPORT, ...b });
  return comparison.outcome === "compared" ? comparison.order : comparison.differs;
}

describe("of two runs", () => {
  it("one that succeeded went better than one rolled back, and that better than one that failed", () => {
    expect(order({}, { status: "rolled_back", recovery_ms: 0 })).toBe(-1);
    expect(order({ status: "failed" }, { status: "rolled_back", recovery_ms: 1_000_000 })).toBe(1);
  });

  it("that ended alike, the one that recovered sooner did, whatever it took in all", () => {
    const quick = { status: "rolled_back", recovery_ms: 10, ended_unix_ms: 9_000 };
    expect(order(quick, { status: "rolled_back", recovery_ms: 11 })).toBe(-1);
    expect(order({ status: "rolled_back" }, quick)).toBe(1);
  });

  it("that recovered alike, the shorter one did", () => {
    expect(order({ ended_unix_ms: 1_999 }, {})).toBe(-1);
    expect(order({}, {})).toBe(0);
    expect(order({ status: "failed" }, { status: "failed" })).toBe(0);
  });

  it("judged by other rules or elsewhere, neither did: they are not comparable", () => {
    expect(order({ policy_bundle_hash: digestFor("other") }, {})).toEqual(["policy_bundle_hash"]);
    expect(order({}, { environment_profile_hash: digestFor("other") })).toEqual(["environment_profile_hash"]);
  });

  it("the order is total: nothing is better both ways, and better than better is better", () => {
    const report = fc.record(
      {
        status: fc.constantFrom(...FINAL_STATUSES),
        recovery_ms: fc.integer({ min: 0, max: 2 }),
        ended_unix_ms: fc.integer({ min: 1_000, max: 1_002 }),
      },
      { requiredKeys: ["status", "ended_unix_ms"] },
    );
    fc.assert(
      fc.property(report, report, report, (a, b, c) => {
        const [ab, ba, bc, ac] = [order(a, b), order(b, a), order(b, c), order(a, c)].map(Number);
        if (ab === undefined || ba === undefined || bc === undefined || ac === undefined) return false;
        return ab + ba === 0 && (ab > 0 || bc > 0 || ac <= 0) && (ab >= 0 || bc > 0 || ac < 0);
      }),
    );
  });
});
