/**
 * What a gateway may answer. Every field that this program knows is checked; what a newer gateway says beside it is
 * kept, because `--json` prints documents as they stand.
 */
import type {
  CommandResult,
  CreateReleaseResult,
  FreezeResult,
  HistoryEntry,
  PreflightResult,
  ReleaseView,
  ReplayReport,
  RolloutList,
  RolloutSummary,
  RolloutView,
} from "@tau-edge/control";
import { digestSchema } from "@tau-edge/manifest";
import { planDocumentSchema, releaseSchema, traceDocumentSchema } from "@tau-edge/rollout";
import { z } from "zod";
import type { GivenRelease, PausedBlueprint, Resolution } from "../resolution.ts";
import type { WatchedEvent } from "../rollouts-source.ts";
import {
  actor,
  candidate,
  code,
  commit,
  count,
  environment,
  finalStatus,
  frozen,
  held,
  judgement,
  lock,
  ms,
  phase,
  pointer,
  progress,
  releaseRef,
  role,
  rollback,
  runKind,
  step,
  text,
} from "./answer-parts.ts";
import { preflightReport } from "./answer-preflight.ts";

const grant = z.looseObject({ role, actor });

const summaryShape = {
  rollout_id: text,
  environment,
  blueprint: text,
  stream: text,
  attempt: count,
  kind: runKind,
  release: digestSchema,
  manifest: digestSchema,
  status: z.union([z.literal("open"), finalStatus]),
  phase,
  stage: z.int(),
  stages: count,
  weight_bp: count,
  held: held.exactOptional(),
  paused: z.looseObject({ since_unix_ms: ms, reason: text }).exactOptional(),
  frozen: frozen.exactOptional(),
  overridden: z.boolean(),
  started_unix_ms: ms,
  ended_unix_ms: ms.exactOptional(),
  failure_code: text.exactOptional(),
};

const summary = z.looseObject(summaryShape) satisfies z.ZodType<RolloutSummary>;

const list = z.looseObject({
  rollouts: z.array(summary),
  // Gateways before this one could not freeze.
  frozen: z.array(frozen.extend({ environment, blueprint: text })).default([]),
  unreadable: z.array(z.looseObject({ stream: text, code: text })),
}) satisfies z.ZodType<RolloutList>;

const view = z.looseObject({
  ...summaryShape,
  target: releaseRef,
  baseline: releaseRef.exactOptional(),
  plan: planDocumentSchema,
  plan_hash: digestSchema,
  policy_bundle_hash: digestSchema,
  environment_profile_hash: digestSchema,
  preflight_report: digestSchema,
  replay_token: digestSchema,
  stage_entered_unix_ms: ms,
  window: z
    .looseObject({
      number: count,
      opened_unix_ms: ms,
      candidate: progress.exactOptional(),
      baseline: progress.exactOptional(),
      late_batches: count.exactOptional(),
    })
    .exactOptional(),
  next: step,
  approvals: z.looseObject({ needed: z.array(role), given: z.array(grant) }),
  override_requested: grant.exactOptional(),
  judgements: z.array(judgement),
  rollback: rollback.exactOptional(),
  outcome: z
    .looseObject({
      final_status: finalStatus,
      at_unix_ms: ms,
      gate_report: digestSchema,
      deployment_report: digestSchema,
      rollback_report: digestSchema.exactOptional(),
      failure_code: text.exactOptional(),
    })
    .exactOptional(),
  committed: pointer.exactOptional(),
  lock: lock.exactOptional(),
  records: z.looseObject({ first_seq: count, last_seq: count }),
}) satisfies z.ZodType<RolloutView>;

const event = z.looseObject({
  n: count,
  rollout_id: text,
  attempt: count,
  stream: text,
  seq: count,
  at_unix_ms: ms,
  record_hash: text,
  actor,
  // A newer gateway may know more of them.
  type: text,
  status: z.union([z.literal("open"), finalStatus]),
  phase,
  stage: z.int(),
  weight_bp: count,
  halt: text.exactOptional(),
  failure_code: text.exactOptional(),
  document: z.looseObject({}),
}) satisfies z.ZodType<WatchedEvent>;

const collectedBy = z.looseObject({ stream: text, seq: count });

const release = releaseSchema.loose().extend({
  release: digestSchema,
  blueprint: text,
  artifact: digestSchema,
  created_unix_ms: ms,
  collected_by: collectedBy.exactOptional(),
}) satisfies z.ZodType<ReleaseView>;

const historyEntry = z.looseObject({
  environment,
  blueprint: text,
  stream: text,
  seq: z.int(),
  at_unix_ms: ms,
  stable: releaseRef.exactOptional(),
  candidate: candidate.exactOptional(),
  because: z
    .looseObject({
      seq: count,
      record_hash: text,
      at_unix_ms: ms,
      actor,
      type: text,
      action: text.exactOptional(),
      rollout_id: text.exactOptional(),
      evidence: z.array(digestSchema),
    })
    .exactOptional(),
  frozen: frozen.exactOptional(),
  commits: z.array(commit),
}) satisfies z.ZodType<HistoryEntry>;

const against = z.union([
  z.looseObject({ result: z.literal("same") }),
  z.looseObject({ result: z.literal("differs"), at: text, golden: text, actual: text }),
]);
const replayShape = { rollout_id: text, against: against.exactOptional() };
const replay = z.discriminatedUnion("result", [
  z.looseObject({
    ...replayShape,
    result: z.literal("same"),
    attempts: count,
    records: count,
    verdicts: count,
    replay_token: digestSchema,
    trace_root: digestSchema,
  }),
  z.looseObject({
    ...replayShape,
    result: z.literal("differs"),
    seq: count,
    field: text,
    recorded: text,
    recomputed: text,
  }),
  z.looseObject({
    ...replayShape,
    result: z.literal("not_replayable"),
    missing: digestSchema,
    seq: count,
    field: text,
    collected_by: collectedBy.exactOptional(),
    lost: z.literal(true).exactOptional(),
  }),
]) satisfies z.ZodType<ReplayReport>;

const done = z.looseObject({
  outcome: z.literal("done"),
  dry_run: z.boolean(),
  records: z.array(text),
  rollout: view,
  preflight: preflightReport.exactOptional(),
}) satisfies z.ZodType<CommandResult>;

const freezing = z.looseObject({
  outcome: z.enum(["done", "unchanged"]),
  dry_run: z.boolean(),
  environment,
  blueprint: text,
  frozen: frozen.exactOptional(),
}) satisfies z.ZodType<FreezeResult>;

const checked = z.looseObject({
  outcome: z.literal("checked"),
  passed: z.boolean(),
  report: preflightReport,
}) satisfies z.ZodType<PreflightResult>;

const created = z.looseObject({
  outcome: z.enum(["created", "unchanged"]),
  release,
}) satisfies z.ZodType<CreateReleaseResult>;

const place = { schema_version: z.literal(1), environment: text, blueprint: text };

const paused = z.looseObject({
  ...place,
  outcome: z.literal("paused"),
  reason: text,
  since_unix_ms: ms,
}) satisfies z.ZodType<PausedBlueprint>;

const given = z.looseObject({
  ...place,
  outcome: z.never().exactOptional(),
  release: digestSchema,
  manifest: digestSchema,
  artifact: digestSchema,
  derived: digestSchema.exactOptional(),
  assigned_by: z.enum(["cohort", "outside_cohort", "committed", "no_key", "override"]),
  rollout: z
    .looseObject({
      rollout_id: text,
      attempt: count,
      stage: count,
      window: count,
      arm: z.enum(["candidate", "baseline"]),
    })
    .exactOptional(),
  bucket: count.exactOptional(),
}) satisfies z.ZodType<GivenRelease>;

const resolution = z.union([paused, given]) satisfies z.ZodType<Resolution>;

/** RFC 9457, with the members that the gateway adds. */
const problem = z.looseObject({
  detail: text,
  code,
  remedy: text.exactOptional(),
  at: text.exactOptional(),
  until_unix_ms: ms.exactOptional(),
  preflight: preflightReport.exactOptional(),
  rollout: view.exactOptional(),
});

export const ANSWERS = {
  list,
  view,
  event,
  releases: z.array(release),
  history: z.array(historyEntry),
  replay,
  trace: traceDocumentSchema,
  done,
  freezing,
  checked,
  created,
  resolution,
  problem,
};
