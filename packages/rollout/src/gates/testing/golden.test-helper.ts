/** Reads golden-verdicts.json: what was observed in words short enough to write, and what must come of it. */
import { type Digest, isDigest, sha256 } from "@tau-edge/encoding";
import { z } from "zod";
import { toBinary64 } from "../../metrics/binary64.ts";
import { addBatch, EMPTY_COUNTERS } from "../../metrics/counters.ts";
import { CHECK_OUTCOMES, makeSnapshot, type Snapshot } from "../../metrics/snapshot.ts";
import { readSnapshot, snapshotObject } from "../../metrics/snapshot-object.ts";
import type { WindowCounters } from "../../metrics/window.ts";
import { policySchema } from "../../plan/plan-schema.ts";
import { type GateReport, VERDICT_RESULTS } from "../gate-report.ts";
import { gateReportObject, readGateReport } from "../gate-report-object.ts";
import { judgeWindow } from "../verdict.ts";

const digest = z.string().refine(isDigest);

const laneSchema = z.strictObject({
  /** Latency in us and how many successes took so long. */
  ok: z.array(z.tuple([z.int(), z.int()])).default([]),
  failed: z.int().default(0),
  started: z.int().default(0),
  ended: z.int().default(0),
});

const armSchema = z.strictObject({
  lanes: z.union([z.literal("unreachable"), z.record(z.string(), laneSchema)]),
  stage: z.int().default(0),
  /** How long the window was open. */
  open_ms: z.int().default(600_000),
  /** How long nothing had arrived when it was frozen. */
  silent_ms: z.int().default(1_000),
  replay: z.strictObject({ replays: z.int(), failures: z.int() }).exactOptional(),
  checks: z
    .array(z.strictObject({ check: z.string(), outcome: z.enum(CHECK_OUTCOMES), value: z.string().exactOptional() }))
    .default([]),
});

const caseSchema = z.strictObject({
  name: z.string(),
  /** Of the policy's gates, by id. */
  gates: z.array(z.string()),
  candidate: armSchema,
  /** `none`: the plan has none. Absent: it has one, and nothing was frozen of it. */
  baseline: z.union([z.literal("none"), armSchema.extend({ concurrent: z.boolean().default(true) })]).exactOptional(),
  first_judgement: z.boolean().default(false),
  dwell_waived: z.boolean().default(false),
  result: z.enum(VERDICT_RESULTS),
  code: z.string().exactOptional(),
  snapshot: digest,
  report: digest,
});

const goldenSchema = z.strictObject({
  policy_version: z.int(),
  lanes: z.array(z.string()),
  policy: policySchema,
  cases: z.array(caseSchema),
});

export type Golden = z.output<typeof goldenSchema>;
export type GoldenCase = Golden["cases"][number];
type Arm = z.output<typeof armSchema>;

export function readGolden(text: string): Golden {
  return goldenSchema.parse(JSON.parse(text));
}

export interface Judged {
  readonly snapshot: Digest;
  readonly report: GateReport;
  readonly digest: Digest;
}

/** Judges what objects say after they were written and read back. */
export function judgeCase(golden: Golden, scenario: GoldenCase): Judged {
  const { baseline, first_judgement, dwell_waived, candidate } = scenario;
  const policy = { ...golden.policy, gates: golden.policy.gates.filter(({ id }) => scenario.gates.includes(id)) };
  const frozen = freeze(golden, candidate, "aa");
  const compared =
    baseline === undefined || baseline === "none"
      ? {}
      : { baseline: { ...freeze(golden, baseline, "bb"), concurrent: baseline.concurrent } };
  const report = judgeWindow({
    policy,
    lanes: golden.lanes,
    stage: candidate.stage,
    first_judgement,
    dwell_waived,
    ...frozen,
    baseline_mode: baseline === "none" ? "none" : "required",
    ...compared,
  });
  const object = gateReportObject(report, sha256);
  return { snapshot: frozen.digest, report: readGateReport(object.bytes), digest: object.digest };
}

const OPENED = 1_700_000_000_000;

function freeze(golden: Golden, arm: Arm, release: string): { snapshot: Snapshot; digest: Digest } {
  const frozen_unix_ms = OPENED + arm.open_ms;
  const { bytes, digest } = snapshotObject(
    makeSnapshot({
      id: {
        rollout_id: "default~dev~app~7",
        attempt: 1,
        stage: arm.stage,
        window: 0,
        release: `sha256:${release.repeat(32)}`,
      },
      opened_unix_ms: OPENED,
      frozen_unix_ms,
      lanes: golden.lanes,
      abandon_after_ms: golden.policy.abandon_after_ms,
      shards: shardsOf(arm, frozen_unix_ms - arm.silent_ms),
      ...(arm.replay === undefined ? {} : { replay: arm.replay }),
      checks: arm.checks.map(({ value, ...check }) => ({
        ...check,
        ...(value === undefined ? {} : { value_f64: toBinary64(Number(value)) }),
      })),
    }),
    sha256,
  );
  return { snapshot: readSnapshot(bytes), digest };
}

function shardsOf({ lanes }: Arm, arrived: number): "unreachable" | { lane: string; counters: WindowCounters }[] {
  if (lanes === "unreachable") return lanes;
  return Object.entries(lanes).map(([lane, { ok, ...counts }]) => {
    const ok_latency_us = ok.flatMap(([us, count]) => new Array<number>(count).fill(us));
    const none = { reporter: "r", batch_id: "b", ok_latency_us: [], failed: 0, started: 0, ended: 0 };
    const begun = addBatch(EMPTY_COUNTERS, { ...none, started: counts.started }, OPENED);
    return { lane, counters: addBatch(begun, { ...none, ...counts, started: 0, ok_latency_us }, arrived) };
  });
}
