/** The shapes of what `run` prints: the report of a cycle, and of a ladder of them. */
import {
  CYCLE_REASON_CODES,
  type CycleCountField,
  FIXTURE_REFUSALS,
  type FixtureRefusalCode,
  freshnessSchema,
  judgedFields,
  promotionFiguresSchema,
} from "@tau-edge/contract";
import type { CycleReport, LadderReport, RefusedCycle } from "@tau-edge/control";
import { z } from "zod";

const count = z.int().min(0);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const cycleCounts = {
  discovered_cases: count,
  queued_cases: count.describe("Tried in this cycle: what is not done yet, up to the queue's limit"),
  applied_cases: count,
  duplicate_skips: count.describe("Done before"),
  malformed_cases: count,
  retryable_failures: count.describe("Attempts, as is the next one"),
  retry_attempts: count,
  failed_cases: count,
  upserted_rollouts: count,
  wasm_rollouts: count,
  cloud_rollouts: count,
  backlog_cases: count,
} satisfies { readonly [field in CycleCountField]: z.ZodType };

const failureSchema = z.object({
  case_id: z.string(),
  case_key: z.string(),
  outcome: z.enum(["malformed_input", "retryable_failure", "contract_mismatch"]),
  status_code: count,
  error_code: z.string(),
  reason: z.string(),
  detail_code: z.string(),
  detail: z.string(),
  attempts: count,
  mismatch: z
    .object({
      field: z.enum(["outcome", "status_code", "error_code", "response_body"]),
      expected: z.string(),
      actual: z.string(),
    })
    .exactOptional(),
});

export const cycleReportSchema = z.object({
  outcome: z.enum(["recorded", "would_record"]),
  timestamp_unix_ms: count,
  ...cycleCounts,
  ...judgedFields,
  reason_codes: z.array(z.enum(CYCLE_REASON_CODES)),
  freshness: freshnessSchema,
  failure_streak: count,
  queue_depth: count,
  cycle_duration_ms: count,
  fixture: z.object({ file: z.string(), name: z.string(), sha256, size_bytes: count }),
  record: z.object({ stream: z.string(), seq: count, record_hash: sha256 }).exactOptional(),
  failures: z.array(failureSchema),
  failures_left_out: count,
}) satisfies z.ZodType<CycleReport>;

const refusedCycleSchema = z.object({
  outcome: z.literal("refused"),
  file: z.string(),
  refusal: z.object({
    outcome: z.literal("refused"),
    code: z.string().refine((code): code is FixtureRefusalCode => Object.hasOwn(FIXTURE_REFUSALS, code)),
    at: z.string(),
    detail: z.string(),
    remedy: z.string(),
  }),
}) satisfies z.ZodType<RefusedCycle>;

export const ladderReportSchema = z.object({
  outcome: z.enum(["climbed", "held", "refused"]),
  rungs: z.array(
    z.object({
      file: z.string(),
      cycle: z.union([cycleReportSchema, refusedCycleSchema]),
      figures: promotionFiguresSchema.exactOptional(),
    }),
  ),
  not_run: z.array(z.string()),
}) satisfies z.ZodType<LadderReport>;
