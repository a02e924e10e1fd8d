/** The shape of a plan document. What is left out has the default that stands here, but for what nobody can guess. */

import { isStreamId, RETENTION_CLASSES } from "@tau-edge/ledger";
import { capabilitySchema, digestSchema } from "@tau-edge/manifest";
import { z } from "zod";
import {
  DURATION_MS_MAX,
  GATES_MAX,
  LANES_MAX,
  MAINTENANCE_WINDOWS_MAX,
  NAME_CHARS_MAX,
  SAMPLES_MAX,
  STAGES_MAX,
} from "../limits.ts";
import { ENVIRONMENTS, environmentNameSchema } from "./environment.ts";
import { ROLES } from "./plan.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** 5,000 samples: an equal release is rolled back in 2 % of rollouts, with 1,000 in 33 % (decisions 14). */
const MIN_SAMPLES = 5_000;
/** The watch is judged many times, and each time chance may roll back an equal release: fewer would do so too often. */
const WATCH_SAMPLES = 20_000;
const MIN_DWELL_MS = 5 * MINUTE_MS;

/** S3, II.F: the cohort order. */
const DEFAULT_STAGES = [100, 500, 2_500, 5_000, 10_000].map((weight_bp) => ({ weight_bp }));
/** S3, II.F: at most 0.5 % failures, 10 % slower, and no verdict that comes out different. */
const DEFAULT_GATES = [
  { id: "error_rate", metric: "error_rate" as const, max_ppm: 5_000 },
  { id: "p95_latency_delta", metric: "p95_latency_delta" as const, max_ppm: 100_000 },
  { id: "replay_determinism_failures", metric: "replay_determinism_failures" as const, max: 0 },
];

const durationSchema = z.int().min(0).max(DURATION_MS_MAX);
const spanSchema = z.int().min(1).max(DURATION_MS_MAX);
const samplesSchema = z.int().min(1).max(SAMPLES_MAX);
const weightSchema = z.int().min(1).max(10_000);

/** Of a gate, a check or a lane. */
export const nameSchema = z
  .string()
  .max(NAME_CHARS_MAX)
  .regex(/^[a-z][a-z0-9_-]*$/, "lowercase letters, digits, `_` and `-`, starting with a letter");

const stageSchema = z.strictObject({
  weight_bp: weightSchema.describe("Share of version keys in basis points: 100 is 1 %."),
  min_samples: samplesSchema.default(MIN_SAMPLES),
  min_dwell_ms: durationSchema.default(MIN_DWELL_MS),
});

const ratioShape = { id: nameSchema, max_ppm: z.int().min(0).max(1_000_000_000) };
const gateSchema = z.discriminatedUnion("metric", [
  z.strictObject({ ...ratioShape, metric: z.literal("error_rate"), max_ppm: z.int().min(0).max(1_000_000) }),
  z.strictObject({ ...ratioShape, metric: z.literal("p95_latency_delta") }),
  z.strictObject({
    id: nameSchema,
    metric: z.literal("replay_determinism_failures"),
    max: z.int().min(0).max(1_000_000),
  }),
  z.strictObject({ id: nameSchema, metric: z.literal("external_check"), check: nameSchema }),
]);

const approvalSchema = z.strictObject({
  role: z.enum(ROLES),
  environments: z.array(environmentNameSchema).min(1).max(ENVIRONMENTS.length),
});

const maintenanceWindowSchema = z.strictObject({
  weekdays: z.array(z.int().min(1).max(7)).min(1).max(7).describe("1 is Monday, 7 is Sunday."),
  start_minute: z.int().min(0).max(1_439).describe("Minutes after 00:00 UTC."),
  duration_minutes: z.int().min(1).max(10_080),
});

const watchSchema = z.strictObject({
  duration_ms: durationSchema.default(HOUR_MS),
  judge_every_ms: spanSchema.default(5 * MINUTE_MS),
  min_samples: samplesSchema.default(WATCH_SAMPLES),
});

export const policySchema = z.strictObject({
  policy_version: z.literal(1).default(1),
  stages: z.array(stageSchema).min(1).max(STAGES_MAX).prefault(DEFAULT_STAGES),
  gates: z.array(gateSchema).max(GATES_MAX).default(DEFAULT_GATES),
  approvals: z.array(approvalSchema).max(ROLES.length).default([]),
  maintenance_windows: z.array(maintenanceWindowSchema).max(MAINTENANCE_WINDOWS_MAX).default([]),
  watch: watchSchema.prefault({}),
  holdback_bp: z.int().min(0).max(5_000).default(0),
  max_window_ms: spanSchema.default(24 * HOUR_MS),
  max_silence_ms: spanSchema.default(10 * MINUTE_MS),
  max_hold_ms: spanSchema.default(24 * HOUR_MS),
  abandon_after_ms: spanSchema.default(MINUTE_MS),
  on_deadline: z.enum(["hold", "rollback"]).default("rollback"),
  reporter_observations_max: samplesSchema.default(12),
});

/** A plan as records carry it. */
export const planSchema = z.strictObject({
  schema_version: z.literal(1),
  blueprint: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, "lowercase letters, digits, `.`, `_` and `-`, at most 63")
    .refine(isStreamId, "must not contain `..`"),
  environments: z.array(environmentNameSchema).min(1).max(ENVIRONMENTS.length),
  release: digestSchema,
  manifest: digestSchema,
  baseline: z.union([z.enum(["committed", "none"]), digestSchema], '"committed", "none" or the digest of a release'),
  allow_unsigned: z.boolean().default(false),
  accept_capabilities: z.array(capabilitySchema).max(100).default([]),
  retention_class: z.enum(RETENTION_CLASSES).default("certified_release"),
  lanes: z.array(nameSchema).min(1).max(LANES_MAX).default(["main"]),
  expected_per_hour: z
    .int()
    .min(1)
    .max(SAMPLES_MAX)
    .describe("Observations in an hour of everybody together; a stage gets its share of them."),
  policy: policySchema.prefault({}),
});

/** A plan as people write it: an editor may be told the schema. */
export const planDocumentSchema = planSchema.extend({ $schema: z.string().exactOptional() });
