/** Rollouts: what there is, and a new one. */
import { environmentNameSchema } from "@tau-edge/rollout";
import { z } from "zod";
import { LIMITS } from "../limits.ts";
import { LEDGER_PROBLEMS, WRITE_PROBLEMS } from "../problems/problem-sets.ts";
import { postRoute } from "../request/post-route.ts";
import { pageQuerySchema, readQuery } from "../request/query.ts";
import type { Call, Route } from "../route.ts";
import { answerCommand, answerResult, COMMAND_ANSWERS, CommandQuerySchema, refusedOr } from "./command-answer.ts";
import { readStart, StartSchema } from "./start-body.ts";

const ListQuerySchema = pageQuerySchema(LIMITS.rollouts_listed_max, LIMITS.rollouts_listed_max).extend({
  environment: environmentNameSchema.optional(),
  blueprint: z.string().max(63).optional(),
});

export const rolloutsRoute: Route = {
  method: "GET",
  path: "/v1/rollouts",
  operationId: "listRollouts",
  summary: "Rollouts, newest first",
  audience: "listing",
  reads: "status:read",
  query: ListQuerySchema,
  answers: {
    200: {
      description: "A page; where there are more, Link says where",
      content: { "application/json": { schema: "RolloutList" } },
    },
  },
  problems: ["query_invalid", "cursor_unknown", ...LEDGER_PROBLEMS],
  async answer(call) {
    const query = readQuery(call, ListQuerySchema);
    if (query === undefined) return call.problem("query_invalid");
    const { environment, blueprint, cursor, limit } = query;
    const filter = {
      ...(environment === undefined ? {} : { environment }),
      ...(blueprint === undefined ? {} : { blueprint }),
    };
    const { rollouts: all, ...rest } = await call.services.rollouts.reading.list(filter);
    // The cursor is the rollout that a page ended with: what begins meanwhile comes before it.
    const start = cursor === undefined ? 0 : all.findIndex(({ rollout_id }) => rollout_id === cursor) + 1;
    if (cursor !== undefined && start === 0) return call.problem("cursor_unknown");
    const page = all.slice(start, start + limit);
    const last = start + limit < all.length ? page.at(-1)?.rollout_id : undefined;
    return call.json(200, { rollouts: page, ...rest }, last === undefined ? {} : { link: nextLink(call, last) });
  },
};

/** RFC 8288: the list itself is what the use case gives, and says nothing about pages. */
function nextLink(call: Call, cursor: string): string {
  const url = new URL(call.c.req.url);
  url.searchParams.set("cursor", cursor);
  return `<${call.services.config.publicBaseUrl ?? ""}${url.pathname}${url.search}>; rel="next"`;
}

export const ROLLOUT_ID_PARAM = {
  rollout_id: { schema: z.string(), description: "As `rollout start` printed it" },
} as const;

export const rolloutRoute: Route = {
  method: "GET",
  path: "/v1/rollouts/:rollout_id",
  operationId: "getRollout",
  summary: "One rollout: its plan, where it stands and what it waits for",
  audience: "listing",
  reads: "status:read",
  params: ROLLOUT_ID_PARAM,
  answers: { 200: { description: "The rollout", content: { "application/json": { schema: "RolloutView" } } } },
  problems: ["rollout_unknown", ...LEDGER_PROBLEMS],
  async answer(call) {
    const view = await call.services.rollouts.reading.get(call.c.req.param("rollout_id") ?? "");
    return view === undefined ? call.problem("rollout_unknown") : call.json(200, view);
  },
};

export const startRoute = postRoute({
  path: "/v1/rollouts",
  operationId: "startRollout",
  summary: "Begins a rollout by a plan",
  scope: "rollout:plan",
  query: CommandQuerySchema,
  body: { schema: StartSchema, name: "Start", bytesMax: LIMITS.start_bytes_max },
  answers: COMMAND_ANSWERS,
  problems: ["query_invalid", ...WRITE_PROBLEMS],
  async answer(call, body, actor) {
    const request = readStart(call, body);
    if (request instanceof Response) return request;
    return answerCommand(call, (options) => actor.start(request, options));
  },
});

export const preflightRoute = postRoute({
  path: "/v1/preflights",
  operationId: "preflight",
  summary: "The checks of a start, and nothing else; writes nothing",
  scope: "rollout:plan",
  body: { schema: StartSchema, name: "Start", bytesMax: LIMITS.start_bytes_max },
  answers: refusedOr("PreflightResult", "The report; `passed` says whether it would be let in"),
  problems: WRITE_PROBLEMS,
  async answer(call, body, actor) {
    const request = readStart(call, body);
    return request instanceof Response ? request : answerResult(call, await actor.preflight(request));
  },
});
