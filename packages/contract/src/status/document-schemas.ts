/** The shapes of the documents that are printed about a deployment. */
import { z } from "zod";
import type { Freshness } from "../freshness.ts";
import type { HealthDocument } from "../health.ts";
import type { OperatorRow, OperatorSummary } from "./operator-summary.ts";
import type { PromotionFigures } from "./promotion-figures.ts";
import type { StatusView } from "./status-view.ts";
import type { TransportHealthRow } from "./transport-health.ts";

const count = z.int().min(0);
const counts = z.record(z.string(), count);
const age = z.int().nullable().describe("Negative for what is dated later than now, null for what never was");

const gateSchema = z.enum(["pass", "hold"]);
const stateSchema = z.enum(["healthy", "degraded", "failing"]);
const gateReasonSchema = z.enum([
  "healthy",
  "health_failing",
  "health_degraded",
  "no_evidence",
  "clock_disagrees",
  "state_stale",
]);

const freshnessShape = {
  state_age_ms: age,
  last_cycle_age_ms: age,
  evidence_age_ms: age,
  max_age_ms: count,
  stale: z.boolean(),
};

export const freshnessSchema = z.object(freshnessShape) satisfies z.ZodType<Freshness>;

/** Of the last cycle that tried a case; absent in files of the original. */
const tried = count.exactOptional();

export const healthDocumentSchema = z.object({
  updated_unix_ms: count,
  cycle_duration_ms: count,
  queue_depth: count,
  active_runs: count,
  failure_streak: count,
  last_cycle_discovered: count,
  last_cycle_processed: count,
  last_cycle_completed: count,
  last_cycle_failed: count,
  last_cycle_duplicates: count,
  tried_unix_ms: tried,
  tried_applied: tried,
  tried_malformed: tried,
  tried_failed: tried,
  tried_retry_attempts: tried,
  tried_retryable_failures: tried,
}) satisfies z.ZodType<HealthDocument>;

/** Class, gate and why: wherever a deployment is judged. */
export const judgedFields = {
  health_state: stateSchema,
  health_reason: z.string(),
  rollout_gate: gateSchema.describe("`pass` only on fresh evidence without a fault"),
  gate_reason: gateReasonSchema,
  reason_codes: z.array(z.string()),
  recommendation: z.string(),
};

export const transportHealthSchema = z.object({
  transport: z.literal("deployment"),
  target: z.literal("cloud-and-wasm-runtime"),
  state_path: z.string(),
  health: healthDocumentSchema,
  ...judgedFields,
  ...freshnessShape,
}) satisfies z.ZodType<TransportHealthRow>;

export const statusViewSchema = z.object({
  state_path: z.string(),
  events_log_path: z.string(),
  events_log_present: z.boolean(),
  ...judgedFields,
  processed_case_count: count,
  rollout_count: count,
  target_counts: counts,
  runtime_profile_counts: counts,
  environment_counts: counts,
  outcome_counts: counts,
  status_code_counts: counts,
  error_code_counts: counts,
  total_replicas: count,
  wasm_rollout_count: count,
  cloud_rollout_count: count,
  cycle_reports: count,
  invalid_cycle_reports: count,
  last_reason_codes: z.array(z.string()),
  reason_code_counts: counts,
  health: healthDocumentSchema,
  ...freshnessShape,
  failed_case_count: count,
  events_log_rotated_files: count,
  state_behind: z
    .boolean()
    .describe("The ledger has a cycle that the file does not show yet: counts of rollouts and done cases are older"),
}) satisfies z.ZodType<StatusView>;

const operatorRowSchema = z.object({
  component: z.literal("deployment"),
  ...judgedFields,
  reason_code: z.string(),
  queue_depth: count,
  failure_streak: count,
  state_path: z.string(),
  gate_reason: z.enum([...gateReasonSchema.options, "state_unavailable"]),
  ...freshnessShape,
}) satisfies z.ZodType<OperatorRow>;

export const operatorSummarySchema = z.object({
  generated_unix_ms: count,
  health_state: stateSchema,
  rollout_gate: gateSchema,
  reason_codes: z.array(z.string()),
  recommendations: z.array(z.string()),
  components: z.array(operatorRowSchema),
}) satisfies z.ZodType<OperatorSummary>;

export const promotionFiguresSchema = z.object({
  failure_streak: count,
  last_cycle_failed: count,
  queue_depth: count,
  rollout_gate: gateSchema,
  wasm_rollout_count: count,
  cloud_rollout_count: count,
}) satisfies z.ZodType<PromotionFigures>;
