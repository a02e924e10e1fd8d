/**
 * Observations, in batches, and what agents say that they do. A batch counts once however often it is sent, so whoever gets
 * no answer, or 429, sends the same request again.
 */
import type { ObservationReport, ReportResult } from "@tau-edge/control";
import { isStreamId } from "@tau-edge/ledger";
import { digestSchema } from "@tau-edge/manifest";
import { AGENT_STATES_MAX, PortError } from "@tau-edge/ports";
import { BATCH_OBSERVATIONS_MAX, ENVIRONMENTS } from "@tau-edge/rollout";
import { z } from "zod";
import type { Principal } from "../credentials/principal.ts";
import { LIMITS } from "../limits.ts";
import { ACCESS_WRITE_PROBLEMS } from "../problems/problem-sets.ts";
import { ProblemSchema } from "../problems/problems.ts";
import { privilegedPostRoute, refuseField } from "../request/post-route.ts";
import type { Call } from "../route.ts";

const countSchema = z.int().min(0);

const BatchSchema = z.strictObject({
  batch_id: z.string().meta({ description: "Unique for its reporter, such as a UUID" }),
  reporter: z
    .string()
    .exactOptional()
    .meta({ description: "Of an agent its DID, or left out; of a token whom it speaks for, which is no DID" }),
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

const StateSchema = z.strictObject({
  environment: z.enum(ENVIRONMENTS),
  blueprint: z.string().refine(isStreamId, "must be a blueprint"),
  state: z.enum(["running", "paused"]),
  release: digestSchema.exactOptional(),
});

export const ReportsSchema = z
  .strictObject({
    batches: z.array(BatchSchema).max(LIMITS.report_batches_max).default([]),
    states: z
      .array(StateSchema)
      .max(AGENT_STATES_MAX)
      .default([])
      .meta({ description: "What the agent does with each blueprint now; agents only" }),
  })
  .refine(({ batches, states }) => batches.length + states.length > 0, "has neither batches nor states");

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

export const reportsRoute = privilegedPostRoute({
  path: "/v1/reports",
  operationId: "report",
  summary: "Adds observations to the open windows of rollouts",
  audience: "agents",
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
    "reporter_not_you",
    "states_not_yours",
    "reporter_cap",
    "reports_full",
    "windows_corrupt",
    "windows_newer",
    ...ACCESS_WRITE_PROBLEMS,
  ],
  before: (call) => (call.services.rollouts.report === undefined ? call.problem("not_supported_here") : undefined),
  async answer(call, { batches, states }, who) {
    const { report } = call.services.rollouts;
    if (report === undefined) return call.problem("not_supported_here");
    const named = inOneName(call, batches, who);
    if (named instanceof Response) return named;
    if (states.length > 0) {
      if (who.did === undefined) return call.problem("states_not_yours");
      await call.services.access?.noteStates(who.did, states);
    }
    // Together, because the store writes what waits together in one transaction.
    const outcomes = await Promise.allSettled(named.map((batch) => report(observationsOf(batch))));
    const limited = outcomes.map(limitOf);
    const results = outcomes.map((outcome, nth) => resultOf(named[nth], outcome, limited[nth]));
    const [first] = limited.filter((error) => error !== undefined);
    if (first === undefined) return call.json(200, { schema_version: 1, results });
    return call.problem(first.code, { members: { results } });
  },
});

type Batch = z.output<typeof BatchSchema>;
type NamedBatch = Batch & { readonly reporter: string };

/**
 * A report counts for whoever sends it: `reporter_observations_max` bounds what one agent can do to a verdict only as long
 * as it has one name. Tokens speak for reporters of their own, and never for an agent.
 */
function inOneName(call: Call, batches: readonly Batch[], who: Principal): readonly NamedBatch[] | Response {
  const named: NamedBatch[] = [];
  for (const [nth, batch] of batches.entries()) {
    const at = `$.batches[${nth}].reporter`;
    const { reporter = who.did } = batch;
    if (reporter === undefined) return refuseField(call, at, "A token says whom it speaks for");
    const isAnothers = who.did === undefined ? reporter.startsWith("did:") : reporter !== who.did;
    if (isAnothers) return call.problem("reporter_not_you", { members: { at } });
    named.push({ ...batch, reporter });
  }
  return named;
}

function observationsOf(body: NamedBatch): ObservationReport {
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
  batch: NamedBatch | undefined,
  outcome: PromiseSettledResult<ReportResult>,
  limit: PortError | undefined,
): Result {
  const name = { reporter: batch?.reporter ?? "", batch_id: batch?.batch_id ?? "" };
  if (outcome.status === "fulfilled") return { ...name, ...outcome.value };
  return { ...name, outcome: "limited", ...(limit === undefined ? {} : { code: limit.code }) };
}
