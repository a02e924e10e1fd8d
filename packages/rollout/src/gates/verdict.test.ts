import { SeededChance } from "@tau-edge/adapter-memory";
import { type CborValue, decodeCbor, encodeCbor, sha256 } from "@tau-edge/encoding";
import { describe, expect, it } from "vitest";
import { addBatch, EMPTY_COUNTERS } from "../metrics/counters.ts";
import { makeSnapshot, type Snapshot } from "../metrics/snapshot.ts";
import { snapshotObject } from "../metrics/snapshot-object.ts";
import type { WindowCounters } from "../metrics/window.ts";
import { planWithPolicy } from "../plan/plan.test-helper.ts";
import type { Gate } from "../plan/plan.ts";
import { failingIsCertain } from "./certainty.ts";
import { type GateReport, isFailCode } from "./gate-report.ts";
import { gateReportObject, readGateReport } from "./gate-report-object.ts";
import { type JudgeRequest, judgeWindow } from "./verdict.ts";

const ERRORS: Gate = { id: "errors", metric: "error_rate", max_ppm: 5_000 };
const DELTA: Gate = { id: "delta", metric: "p95_latency_delta", max_ppm: 100_000 };
const REPLAYS: Gate = { id: "replays", metric: "replay_determinism_failures", max: 0 };
const STAGE = { weight_bp: 100, min_samples: 1_000, min_dwell_ms: 60_000 };
const OPENED = 1_700_000_000_000;

function counted(ok: number, failed: number, us = 500): WindowCounters {
  return addBatch(
    EMPTY_COUNTERS,
    { reporter: "r", batch_id: "b", ok_latency_us: new Array<number>(ok).fill(us), failed, started: 0, ended: 0 },
    OPENED + 60_000,
  );
}

function snapshotOf(counters: WindowCounters | "unreachable", changes: Partial<Snapshot> = {}): Snapshot {
  const snapshot = makeSnapshot({
    id: { rollout_id: "default~dev~shop~0", attempt: 1, stage: 0, window: 3, release: `sha256:${"11".repeat(32)}` },
    opened_unix_ms: OPENED,
    frozen_unix_ms: OPENED + 60_000,
    lanes: ["main"],
    abandon_after_ms: 60_000,
    shards: counters === "unreachable" ? counters : [{ lane: "main", counters }],
    checks: [],
  });
  return { ...snapshot, ...changes };
}

function judge(gates: readonly Gate[], snapshot: Snapshot, changes: Partial<JudgeRequest> = {}): GateReport {
  return judgeWindow({
    policy: planWithPolicy({ stages: [STAGE], gates }).policy,
    lanes: ["main"],
    stage: 0,
    first_judgement: true,
    dwell_waived: false,
    snapshot,
    digest: snapshotObject(snapshot, sha256).digest,
    baseline_mode: "none",
    ...changes,
  });
}

describe("an error rate of at most 0.5 %", () => {
  it("passes with 5 failures in 1,000 and fails with 6", () => {
    expect(judge([ERRORS], snapshotOf(counted(995, 5)))).toMatchObject({ result: "pass" });
    expect(judge([ERRORS], snapshotOf(counted(994, 6)))).toMatchObject({
      result: "fail",
      code: "error_rate_breached",
      findings: [{ numerator: 6, denominator: 1_000 }],
    });
  });

  it("fails early exactly when freezing is said to be certain of it, and stays failed until there are enough", () => {
    const { policy } = planWithPolicy({ stages: [STAGE], gates: [ERRORS] });
    const chance = new SeededChance(2);
    for (let round = 0; round < 200; round++) {
      const [failed, ok] = [chance.below(12), chance.below(1_500)];
      const isCertain = failingIsCertain(policy, 0, { failed, total: ok + failed });
      expect(judge([ERRORS], snapshotOf(counted(ok, failed))).result === "fail").toBe(isCertain);
      const rest = Math.max(0, 1_000 - ok - failed);
      if (isCertain) expect(judge([ERRORS], snapshotOf(counted(ok + rest, failed))).result).toBe("fail");
    }
  });

  it("is certain of nothing before the first observation, and asks the watch for its own samples", () => {
    const { policy } = planWithPolicy({
      stages: [STAGE],
      gates: [ERRORS],
      watch: { min_samples: 2_000, duration_ms: 1, judge_every_ms: 1 },
    });
    expect(failingIsCertain(policy, 0, { failed: 0, total: 0 })).toBe(false);
    expect(failingIsCertain(policy, 0, { failed: 6, total: 6 })).toBe(true);
    expect(failingIsCertain(policy, 1, { failed: 10, total: 10 })).toBe(false);
    expect(failingIsCertain(policy, 1, { failed: 11, total: 11 })).toBe(true);
    expect(() => failingIsCertain(policy, 2, { failed: 0, total: 0 })).toThrow(RangeError);
  });
});

describe("a verdict", () => {
  it("lists gates that do not apply, and lets the others decide", () => {
    const report = judge([DELTA, REPLAYS, ERRORS], snapshotOf(counted(1_000, 0)));
    expect(report.findings.map(({ result }) => result)).toEqual(["not_applicable", "not_applicable", "pass"]);
    expect(report.result).toBe("pass");
  });

  it("names the baseline that was compared with and whether it is of the same time", () => {
    const [snapshot, slow] = [snapshotOf(counted(1_000, 0, 600)), snapshotOf(counted(1_000, 0, 500))];
    const { digest } = snapshotObject(slow, sha256);
    const baseline = { snapshot: slow, digest, concurrent: false };
    const report = judge([DELTA], snapshot, { baseline_mode: "required", baseline });
    expect(report).toMatchObject({ result: "fail", baseline: { snapshot: digest, concurrent: false } });
  });

  it("holds where an arm has failures only, which have no latency", () => {
    const baseline = {
      snapshot: snapshotOf(counted(1_000, 0)),
      digest: `sha256:${"22".repeat(32)}`,
      concurrent: true,
    } as const;
    const compared = { baseline_mode: "required", baseline } as const;
    expect(judge([DELTA], snapshotOf(counted(0, 1_000)), compared)).toMatchObject({ result: "hold", code: "no_data" });
    const failing = { ...compared, baseline: { ...baseline, snapshot: snapshotOf(counted(0, 1_000)) } };
    expect(judge([DELTA], snapshotOf(counted(1_000, 0)), failing).code).toBe("baseline_no_data");
  });

  it("fails on counters that passed 2^53-1", () => {
    const overflowed = makeSnapshot({
      ...snapshotOf("unreachable"),
      lanes: ["main", "other"],
      abandon_after_ms: 1,
      shards: ["main", "other"].map((lane) => ({
        lane,
        counters: { ...EMPTY_COUNTERS, failed: Number.MAX_SAFE_INTEGER },
      })),
    });
    expect(judge([], overflowed)).toMatchObject({ result: "fail", code: "counter_overflow" });
  });

  it("counts diverged replays also before a first verdict of this attempt", () => {
    const diverged = snapshotOf(counted(1_000, 0), { replay: { replays: 1, failures: 1 } });
    expect(judge([REPLAYS], diverged)).toMatchObject({ result: "fail", code: "replay_diverged" });
  });

  it("is of the stage that the snapshot is of", () => {
    expect(() => judge([ERRORS], snapshotOf(counted(1_000, 0)), { stage: 1 })).toThrow(RangeError);
  });

  it("never passes on missing evidence, and never hides a failure behind it", () => {
    const chance = new SeededChance(9);
    for (let round = 0; round < 500; round++) {
      const isReached = chance.below(5) > 0;
      const snapshot = snapshotOf(isReached ? counted(chance.below(2_000), chance.below(12)) : "unreachable", {
        frozen_unix_ms: OPENED + chance.pick([59_999, 60_000, 900_000]),
      });
      const report = judge([ERRORS, REPLAYS], snapshot, { first_judgement: chance.below(2) === 0 });
      const isComplete =
        snapshot.total >= 1_000 && snapshot.frozen_unix_ms === OPENED + 60_000 && report.findings[1]?.result !== "hold";
      if (report.result === "pass") expect(isComplete, `round ${round}`).toBe(true);
      const hasFailed = report.findings.some(({ code }) => code !== undefined && isFailCode(code));
      expect(report.result === "fail", `round ${round}`).toBe(hasFailed);
      expect(readGateReport(gateReportObject(report, sha256).bytes)).toEqual(report);
    }
  });
});

describe("a gate report's object", () => {
  const report = judge([ERRORS, DELTA], snapshotOf(counted(994, 6)), { baseline_mode: "required" });
  const { bytes } = gateReportObject(report, sha256);

  it("comes back as it was", () => {
    expect(readGateReport(bytes)).toEqual(report);
  });

  type Map = { readonly [key: string]: CborValue };
  const isMap = (value: CborValue | undefined): value is Map =>
    typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);

  function changed(changes: Map): Uint8Array {
    const [tag, data] = [decodeCbor(bytes)].flat();
    if (tag === undefined || !isMap(data)) throw new TypeError("no object");
    return encodeCbor([tag, { ...data, ...changes }]);
  }

  it.each<[string, Map, string]>([
    ["of a newer version", { v: 2 }, "object_newer"],
    ["by newer rules", { policy_version: 2 }, "object_newer"],
    ["with an unknown field", { more: 1 }, "field_malformed"],
    ["with an unknown code", { code: "bad_mood" }, "field_malformed"],
    ["with a finding that lacks its gate", { findings: [{ result: "pass" }] }, "field_malformed"],
    ["that passes in spite of its findings", { result: "pass" }, "gate_report_inconsistent"],
    ["with another code than its findings", { code: "check_failed" }, "gate_report_inconsistent"],
    [
      "with a finding that passes with a code",
      { findings: [{ gate: "errors", result: "pass", code: "no_data" }] },
      "gate_report_inconsistent",
    ],
  ])("%s is refused", (_name, changes, code) => {
    expect(() => readGateReport(changed(changes))).toThrow(expect.objectContaining({ code }));
  });
});
