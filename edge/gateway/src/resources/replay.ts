/** Everything of a rollout computed again. Costs as much as the rollout had verdicts, so it is for operators. */
import { traceDocumentSchema } from "@tau-edge/rollout";
import { authorize } from "../credentials/authorize.ts";
import { LIMITS } from "../limits.ts";
import { answerCostly } from "../memory/costly-answers.ts";
import { LEDGER_PROBLEMS, OBJECT_PROBLEMS, OPERATOR_PROBLEMS } from "../problems/problem-sets.ts";
import { postRoute } from "../request/post-route.ts";
import type { Route } from "../route.ts";
import { ROLLOUT_ID_PARAM } from "./rollouts.ts";

const PROBLEMS = ["rollout_unknown", ...OPERATOR_PROBLEMS, ...LEDGER_PROBLEMS, ...OBJECT_PROBLEMS] as const;

export const replayRoute: Route = {
  method: "GET",
  path: "/v1/rollouts/:rollout_id/replay",
  operationId: "replayRollout",
  summary: "Computes a rollout again from its records and objects, and compares",
  audience: "operators",
  scope: "rollout:rollback",
  params: ROLLOUT_ID_PARAM,
  answers: { 200: { description: "What came out", content: { "application/json": { schema: "ReplayReport" } } } },
  problems: PROBLEMS,
  async answer(call) {
    const who = await authorize(call, "rollout:rollback");
    if (who instanceof Response) return who;
    const report = await call.services.rollouts.reading.replay(call.c.req.param("rollout_id") ?? "");
    return report === undefined ? call.problem("rollout_unknown") : call.json(200, report);
  },
};

/** A POST because it carries the other trace; it writes nothing. */
export const replayAgainstRoute = postRoute({
  path: "/v1/rollouts/:rollout_id/replay",
  operationId: "replayRolloutAgainst",
  summary: "As by GET, and compares its transitions with those of another run",
  scope: "rollout:rollback",
  params: ROLLOUT_ID_PARAM,
  body: { schema: traceDocumentSchema, name: "Trace", bytesMax: LIMITS.trace_bytes_max },
  answers: { 200: { description: "What came out", content: { "application/json": { schema: "ReplayReport" } } } },
  problems: PROBLEMS,
  async answer(call, against, rollouts) {
    const report = await rollouts.replay(call.c.req.param("rollout_id") ?? "", against);
    return report === undefined ? call.problem("rollout_unknown") : call.json(200, report);
  },
});

export const traceRoute: Route = {
  method: "GET",
  path: "/v1/rollouts/:rollout_id/trace",
  operationId: "getTrace",
  summary: "The transitions of a rollout, to compare other runs with",
  audience: "listing",
  reads: "status:read",
  params: ROLLOUT_ID_PARAM,
  answers: { 200: { description: "The trace", content: { "application/json": { schema: "Trace" } } } },
  problems: ["rollout_unknown", "too_busy", ...LEDGER_PROBLEMS],
  answer: (call) =>
    answerCostly(call, async () => {
      const trace = await call.services.rollouts.reading.trace(call.c.req.param("rollout_id") ?? "");
      return trace === undefined ? call.problem("rollout_unknown") : call.json(200, trace);
    }),
};
