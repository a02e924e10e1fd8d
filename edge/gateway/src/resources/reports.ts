/**
 * Observations, in batches. A batch counts once however often it is sent, so whoever gets no answer, or 429, sends the
 * same request again.
 */
import type { ObservationReport, ReportResult } from "@tau-edge/control";
import { digestSchema } from "@tau-edge/manifest";
import { PortError } from "@tau-edge/ports";
import { BATCH_OBSERVATIONS_MAX } from "@tau-edge/rollout";
import { z } from "zod";
import { LIMITS } from "../limits.ts";
import { postRoute } from "../post-route.ts";
import { LEDGER_PROBLEMS, ProblemSchema } from "../problems.ts";

const countSchema = z.int().min(0);

const BatchSchema = z.strictObject({
  batch_id: z.string().meta({ description: "Unique for its reporter, such as a UUID" }),
  reporter: z.string(),
  rollout_id: z.string().max(256),
  attempt: z.int().min(1),
  stage: countSchema,
  window: countSchema,
  release: digestSchema.meta({ description: "What the observations are of" }),
  lane: z.string().max(63).default("main"),
  ok_latency_us: z
    .array(countSchema)
    .max(BATCH_OBSERVATIONS_MAX)
    .default([])
    .meta({ description: "One entry for each success, in microseconds" }),
  failed: countSchema.default(0),
  started: countSchema.default(0).meta({ description: "Starts that end in a later batch, or never" }),
  ended: countSchema
    .default(0)
    .meta({ description: "Of the ends in this batch, those whose start came in an earlier one" }),
});

export const ReportsSchema = z.strictObject({
  batches: z.array(BatchSchema).min(1).max(LIMITS.report_batches_max),
});

const ResultSchema = z.object({
  reporter: z.string(),
  batch_id: z.string(),
  outcome: z.enum(["added", "duplicate", "late", "refused", "limited"]),
  code: z.string().optional(),
  detail: z.string().optional(),
  remedy: z.string().optional(),
  at: z.string().optional(),
});

export const ReportResultsSchema = z.object({
  schema_version: z.literal(1),
  results: z
    .array(ResultSchema)
    .meta({ description: "In the order of the batches. `limited` (with 429): send it again later; `refused`: do not" }),
});

/** Of 429. */
export const LimitedReportsSchema = ProblemSchema.extend({ results: z.array(ResultSchema) });

type Result = z.infer<typeof ResultSchema>;

export const reportsRoute = postRoute({
  path: "/v1/reports",
  operationId: "report",
  summary: "Adds observations to the open windows of rollouts",
  scope: "events:write",
  body: { schema: ReportsSchema, name: "Reports", bytesMax: LIMITS.report_bytes_max },
  answers: {
    200: { description: "What became of each batch", content: { "application/json": { schema: "ReportResults" } } },
    429: {
      description: "Some batches are `limited`",
      content: { "application/problem+json": { schema: "LimitedReports" } },
    },
  },
  problems: [
    "reporter_cap",
    "reports_full",
    "store_full",
    "store_poisoned",
    "windows_corrupt",
    "windows_newer",
    ...LEDGER_PROBLEMS,
  ],
  async answer(call, { batches }) {
    const { report } = call.services.rollouts;
    if (report === undefined) return call.problem("not_supported_here");
    // Together, because the store writes what waits together in one transaction.
    const outcomes = await Promise.allSettled(batches.map((batch) => report(observationsOf(batch))));
    const limited = outcomes.map(limitOf);
    const results = outcomes.map((outcome, nth) => resultOf(batches[nth], outcome, limited[nth]));
    const [first] = limited.filter((error) => error !== undefined);
    if (first === undefined) return call.json(200, { schema_version: 1, results });
    return call.problem(first.code, { members: { results } });
  },
});

function observationsOf(body: z.output<typeof BatchSchema>): ObservationReport {
  const { batch_id, reporter, ok_latency_us, failed, started, ended, ...where } = body;
  return { ...where, batch: { batch_id, reporter, ok_latency_us, failed, started, ended } };
}

/** Reasons to send a batch again later; everything else that a store throws ends the request. */
function limitOf(outcome: PromiseSettledResult<ReportResult>): PortError | undefined {
  if (outcome.status === "fulfilled") return undefined;
  const error: unknown = outcome.reason;
  if (error instanceof PortError && (error.code === "reporter_cap" || error.code === "reports_full")) return error;
  throw error;
}

function resultOf(
  batch: z.output<typeof BatchSchema> | undefined,
  outcome: PromiseSettledResult<ReportResult>,
  limit: PortError | undefined,
): Result {
  const name = { reporter: batch?.reporter ?? "", batch_id: batch?.batch_id ?? "" };
  if (outcome.status === "fulfilled") return { ...name, ...outcome.value };
  return { ...name, outcome: "limited", ...(limit === undefined ? {} : { code: limit.code }) };
}
