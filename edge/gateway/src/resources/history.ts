/** What each blueprint of an environment served, now or at an earlier moment. */
import { parseEnvironment } from "@tau-edge/rollout";
import { z } from "zod";
import { answerCostly } from "../memory/costly-answers.ts";
import { LEDGER_PROBLEMS } from "../problems/problem-sets.ts";
import { readQuery } from "../request/query.ts";
import type { Route } from "../route.ts";

const countSchema = z
  .string()
  .regex(/^(?:0|[1-9]\d{0,15})$/)
  .transform(Number)
  .pipe(z.int().min(0));

const HistoryQuerySchema = z.strictObject({
  at_unix_ms: countSchema.optional().meta({ description: "The last moment that counts" }),
  at_seq: countSchema.optional().meta({ description: "The last record of each stream that counts" }),
});

export const historyRoute: Route = {
  method: "GET",
  path: "/v1/history/:environment",
  operationId: "getHistory",
  summary: "What each blueprint serves or served, which record made it so, and what was committed until then",
  audience: "listing",
  reads: "status:read",
  params: { environment: { schema: z.string(), description: "dev, staging or prod" } },
  query: HistoryQuerySchema,
  answers: { 200: { description: "By blueprint", content: { "application/json": { schema: "History" } } } },
  problems: ["environment_unknown", "query_invalid", "too_busy", ...LEDGER_PROBLEMS],
  async answer(call) {
    const environment = parseEnvironment(call.c.req.param("environment") ?? "");
    if (environment === undefined) return call.problem("environment_unknown");
    const query = readQuery(call, HistoryQuerySchema);
    if (query === undefined || (query.at_unix_ms !== undefined && query.at_seq !== undefined))
      return call.problem("query_invalid");
    const { at_unix_ms, at_seq } = query;
    const moment =
      at_unix_ms !== undefined ? { unix_ms: at_unix_ms } : at_seq !== undefined ? { seq: at_seq } : undefined;
    const answer = async () => call.json(200, await call.services.rollouts.reading.history(environment, moment));
    return moment === undefined ? answer() : answerCostly(call, answer);
  },
};
