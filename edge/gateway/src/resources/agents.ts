/** Who was let in, and who is not any more. */
import type { AgentRow } from "@tau-edge/ports";
import { AGENT_STATES_MAX } from "@tau-edge/ports";
import { z } from "zod";
import { authorize } from "../credentials/authorize.ts";
import { LIMITS } from "../limits.ts";
import { answerRefused } from "../problems/access-problems.ts";
import { ACCESS_READ_PROBLEMS, OPERATOR_PROBLEMS } from "../problems/problem-sets.ts";
import { accessRoute } from "../request/access-route.ts";
import { pageQuerySchema, readQuery } from "../request/query.ts";
import type { Route } from "../route.ts";
import { DigestSchema } from "./objects.ts";

const AgentsQuerySchema = pageQuerySchema(LIMITS.page_entries_default, LIMITS.page_entries_max);

const StateSchema = z.object({
  environment: z.string(),
  blueprint: z.string(),
  state: z.enum(["running", "paused"]),
  release: DigestSchema.optional(),
  at_unix_ms: z.int(),
});

export const AgentPageSchema = z.object({
  schema_version: z.literal(1),
  agents: z.array(
    z.object({
      did: z.string(),
      subject: z.string(),
      scopes: z.array(z.string()),
      assurance: z.enum(["strong", "dev"]).meta({ description: "`dev`: its key can be guessed" }),
      registered_unix_ms: z.int(),
      renewed_unix_ms: z.int(),
      revoked_unix_ms: z.int().optional(),
      states: z
        .array(StateSchema)
        .max(AGENT_STATES_MAX)
        .meta({ description: "What it said last about each blueprint, not what was seen" }),
    }),
  ),
  next_cursor: z.string().optional(),
});

export const RevokeAgentSchema = z.strictObject({ did: z.string().max(LIMITS.access_text_chars_max) });

export const agentsRoute: Route = {
  method: "GET",
  path: "/v1/agents",
  operationId: "listAgents",
  summary: "Agents in the order of their DIDs, revoked ones too",
  audience: "operators",
  scope: "admin",
  query: AgentsQuerySchema,
  answers: { 200: { description: "A page of them", content: { "application/json": { schema: "AgentPage" } } } },
  problems: ["query_invalid", ...OPERATOR_PROBLEMS, ...ACCESS_READ_PROBLEMS],
  async answer(call) {
    const who = await authorize(call, "admin");
    if (who instanceof Response) return who;
    const { access } = call.services;
    if (access === undefined) return call.problem("not_supported_here");
    const query = readQuery(call, AgentsQuerySchema);
    if (query === undefined) return call.problem("query_invalid");
    const { limit, cursor } = query;
    const { agents, next } = await access.listAgents({ limit, ...(cursor === undefined ? {} : { after: cursor }) });
    const more = next === undefined ? {} : { next_cursor: next };
    return call.json(200, { schema_version: 1, agents: agents.map(shown), ...more });
  },
};

function shown({ did, subject, scopes, assurance, registered_unix_ms, renewed_unix_ms, ...row }: AgentRow): AgentRow {
  const { revoked_unix_ms, states } = row;
  const revoked = revoked_unix_ms === undefined ? {} : { revoked_unix_ms };
  return { did, subject, scopes, assurance, registered_unix_ms, renewed_unix_ms, states, ...revoked };
}

export const revokeAgentRoute = accessRoute({
  path: "/v1/agents/revoke",
  operationId: "revokeAgent",
  summary: "Ends an agent: its tokens now, its key for ever",
  scope: "admin",
  body: { schema: RevokeAgentSchema, name: "RevokeAgent" },
  answers: { 200: { description: "It is no agent", content: { "application/json": { schema: "Revoked" } } } },
  problems: ["agent_unknown"],
  async answer(call, { did }, { access, act }) {
    const result = await access.revokeAgent({ ...act, did });
    if (result.outcome === "refused") return answerRefused(call, result);
    return call.json(200, { schema_version: 1, outcome: result.outcome });
  },
});
