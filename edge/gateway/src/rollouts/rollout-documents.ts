/** The shapes of what is said about rollouts, for the API document. What a version may add is not refused by them. */
import { CONTROL_REFUSALS } from "@tau-edge/control";
import { REFUSALS } from "@tau-edge/rollout";
import { z } from "zod";
import { ProblemSchema } from "../problems/problems.ts";
import { DigestSchema } from "../resources/objects.ts";

const EnvironmentSchema = z.enum(["dev", "staging", "prod"]);

const summaryShape = {
  rollout_id: z.string(),
  environment: EnvironmentSchema,
  blueprint: z.string(),
  stream: z.string(),
  attempt: z.int().min(1),
  kind: z.string(),
  release: DigestSchema,
  manifest: DigestSchema,
  status: z.string().meta({ description: "`open`, or how it ended" }),
  phase: z.enum(["ready", "exposed", "frozen", "rolling_back", "ended"]),
  stage: z.int().min(-1).meta({ description: "Of the plan, from 0; their number is the watch" }),
  stages: z.int().min(1),
  weight_bp: z.int().min(0).max(10_000),
  overridden: z.boolean(),
  started_unix_ms: z.int(),
  ended_unix_ms: z.int().optional(),
};

const FrozenSchema = z.object({ reason: z.string(), since_unix_ms: z.int() });

export const RolloutSummarySchema = z.looseObject(summaryShape);

export const RolloutViewSchema = z.looseObject({
  ...summaryShape,
  plan: z.looseObject({ schema_version: z.literal(1), blueprint: z.string() }),
  plan_hash: DigestSchema,
  next: z.looseObject({ do: z.string() }).meta({ description: "What it does next, or waits for" }),
});

/** What the stream of a rollout has as data of each record. */
export const RolloutEventSchema = z.looseObject({
  n: z.int().min(0).meta({ description: "Counts the records of the rollout over all its attempts, without gaps" }),
  rollout_id: z.string(),
  attempt: z.int().min(1),
  stream: z.string(),
  seq: z.int().min(0),
  at_unix_ms: z.int(),
  record_hash: z.string().regex(/^[0-9a-f]{64}$/),
  actor: z.object({ kind: z.enum(["local", "token", "did", "system"]), id: z.string() }),
  type: z.string().meta({ description: "The event's type, too" }),
  status: summaryShape.status,
  phase: summaryShape.phase,
  stage: summaryShape.stage,
  weight_bp: summaryShape.weight_bp,
  halt: z.string().optional().meta({ description: "Why nothing more happens by itself" }),
  failure_code: z.string().optional(),
  document: z.looseObject({}).meta({ description: "What the record says, whole" }),
});

export const UnreadableSchema = z
  .array(z.object({ stream: z.string(), code: z.string() }))
  .meta({ description: "Streams that cannot be read; what they hold is not shown" });

export const RolloutListSchema = z.object({
  rollouts: z.array(RolloutSummarySchema).meta({ description: "Newest first" }),
  frozen: z
    .array(FrozenSchema.extend({ environment: EnvironmentSchema, blueprint: z.string() }))
    .meta({ description: "Blueprints that nobody is to run, with or without a rollout" }),
  unreadable: UnreadableSchema,
});

export const PreflightReportSchema = z.looseObject({
  v: z.literal(1),
  rollout_id: z.string(),
  checks: z.array(z.looseObject({ check: z.string(), result: z.string() })),
});

export const PreflightResultSchema = z.object({
  outcome: z.literal("checked"),
  passed: z.boolean(),
  report: PreflightReportSchema,
});

export const CommandResultSchema = z.object({
  outcome: z.literal("done"),
  dry_run: z.boolean(),
  records: z.array(z.string()).meta({ description: "Types of the records that were appended, or would be" }),
  rollout: RolloutViewSchema,
  preflight: PreflightReportSchema.optional(),
});

export const FreezeResultSchema = z.object({
  outcome: z.enum(["done", "unchanged"]),
  dry_run: z.boolean(),
  environment: EnvironmentSchema,
  blueprint: z.string(),
  frozen: FrozenSchema.optional().meta({ description: "As it is now; absent: it is not frozen" }),
});

export const ReleaseViewSchema = z.looseObject({
  v: z.literal(1),
  release: DigestSchema,
  blueprint: z.string(),
  manifest_digest: DigestSchema,
  artifact: DigestSchema,
  profile_id: z.string(),
  created_unix_ms: z.int(),
});

export const CreateReleaseResultSchema = z.object({
  outcome: z.enum(["created", "unchanged"]),
  release: ReleaseViewSchema,
});

export const ReleaseListSchema = z.array(ReleaseViewSchema).meta({ description: "Newest first" });

export const HistorySchema = z
  .array(
    z.looseObject({
      environment: EnvironmentSchema,
      blueprint: z.string(),
      stream: z.string(),
      seq: z.int(),
      at_unix_ms: z.int(),
      commits: z.array(z.looseObject({ rollout_id: z.string() })).meta({ description: "Newest first" }),
    }),
  )
  .meta({ description: "By blueprint" });

export const ReplayReportSchema = z.looseObject({ rollout_id: z.string(), result: z.string() });

/** Every reason to refuse a command. */
export const COMMAND_REFUSALS: readonly string[] = [...Object.keys(REFUSALS), ...Object.keys(CONTROL_REFUSALS)];

export const RefusalSchema = ProblemSchema.extend({
  until_unix_ms: z.int().optional().meta({ description: "When asking again makes sense" }),
  preflight: PreflightReportSchema.optional(),
  rollout: RolloutViewSchema.optional(),
}).meta({ description: "RFC 9457 problem details of a command that was refused" });
