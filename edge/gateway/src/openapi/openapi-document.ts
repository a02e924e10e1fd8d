/** An OpenAPI 3.1 document of a route table. Its schemas are JSON Schema 2020-12, as zod writes them. */
import { AGENT_SCOPES } from "@tau-edge/control";
import { bootstrapPayloadSchema } from "@tau-edge/identity";
import { traceDocumentSchema } from "@tau-edge/rollout";
import { z } from "zod";
import type { GatewayConfig } from "../config.ts";
import { CREDENTIAL_PROBLEMS } from "../problems/problem-sets.ts";
import { PROBLEMS, type ProblemCode, ProblemSchema } from "../problems/problems.ts";
import { AgentPageSchema, RevokeAgentSchema } from "../resources/agents.ts";
import { BlueprintPageSchema, DeliverablePageSchema } from "../resources/blueprints.ts";
import { DidDocumentSchema } from "../resources/dids.ts";
import { ExchangeSchema, GrantSchema } from "../resources/exchange.ts";
import { FreezeSchema } from "../resources/freezes.ts";
import {
  CreatedLinkSchema,
  CreateLinkSchema,
  LinkListSchema,
  RevokedSchema,
  RevokeLinkSchema,
} from "../resources/links.ts";
import { HealthSchema } from "../resources/readyz.ts";
import { CreateReleaseSchema } from "../resources/releases.ts";
import { LimitedReportsSchema, ReportResultsSchema, ReportsSchema } from "../resources/reports.ts";
import { ResolveAnswerSchema } from "../resources/resolve.ts";
import { RevalidationSchema } from "../resources/revalidations.ts";
import { CommandSchema } from "../resources/rollout-commands.ts";
import { RotatedSchema, RotateSchema } from "../resources/rotate.ts";
import { SessionSchema, SessionTokenSchema } from "../resources/session.ts";
import { StartSchema } from "../resources/start-body.ts";
import { StatusSchema } from "../resources/status.ts";
import { RenewSchema } from "../resources/token.ts";
import {
  CreatedTokenSchema,
  CreateTokenSchema,
  RevokedTokensSchema,
  RevokeTokenSchema,
  TokenListSchema,
} from "../resources/tokens.ts";
import { UndoSchema } from "../resources/undos.ts";
import {
  CommandResultSchema,
  CreateReleaseResultSchema,
  FreezeResultSchema,
  HistorySchema,
  PreflightResultSchema,
  RefusalSchema,
  ReleaseListSchema,
  ReplayReportSchema,
  RolloutEventSchema,
  RolloutListSchema,
  RolloutViewSchema,
} from "../rollouts/rollout-documents.ts";
import type { DescribedAnswer, Route } from "../route.ts";

/** What is answered. */
const SCHEMAS: ReadonlyMap<string, z.ZodType> = new Map<string, z.ZodType>([
  ["AgentPage", AgentPageSchema],
  ["BlueprintPage", BlueprintPageSchema],
  ["BootstrapPayload", bootstrapPayloadSchema],
  ["CommandResult", CommandResultSchema],
  ["CreateReleaseResult", CreateReleaseResultSchema],
  ["CreatedLink", CreatedLinkSchema],
  ["CreatedToken", CreatedTokenSchema],
  ["DeliverablePage", DeliverablePageSchema],
  ["DidDocument", DidDocumentSchema],
  ["FreezeResult", FreezeResultSchema],
  ["Grant", GrantSchema],
  ["Health", HealthSchema],
  ["History", HistorySchema],
  ["LimitedReports", LimitedReportsSchema],
  ["LinkList", LinkListSchema],
  ["PreflightResult", PreflightResultSchema],
  ["Problem", ProblemSchema],
  ["Refusal", RefusalSchema],
  ["ReleaseList", ReleaseListSchema],
  ["ReplayReport", ReplayReportSchema],
  ["ReportResults", ReportResultsSchema],
  ["Resolve", ResolveAnswerSchema],
  ["Revoked", RevokedSchema],
  ["RevokedTokens", RevokedTokensSchema],
  ["Rotated", RotatedSchema],
  ["RolloutEvent", RolloutEventSchema],
  ["RolloutList", RolloutListSchema],
  ["RolloutView", RolloutViewSchema],
  ["SessionToken", SessionTokenSchema],
  ["Status", StatusSchema],
  ["TokenList", TokenListSchema],
  ["Trace", traceDocumentSchema],
]);

/** What is sent, as it may be written: with what has a default left out. */
const BODIES: ReadonlyMap<string, z.ZodType> = new Map<string, z.ZodType>([
  ["Command", CommandSchema],
  ["CreateLink", CreateLinkSchema],
  ["CreateRelease", CreateReleaseSchema],
  ["CreateToken", CreateTokenSchema],
  ["Exchange", ExchangeSchema],
  ["Freeze", FreezeSchema],
  ["Renew", RenewSchema],
  ["Reports", ReportsSchema],
  ["Revalidation", RevalidationSchema],
  ["RevokeAgent", RevokeAgentSchema],
  ["RevokeLink", RevokeLinkSchema],
  ["RevokeToken", RevokeTokenSchema],
  ["Rotate", RotateSchema],
  ["Session", SessionSchema],
  ["Start", StartSchema],
  ["Undo", UndoSchema],
]);

type Json = Readonly<Record<string, unknown>>;

export function describeApi(routes: readonly Route[], config: GatewayConfig): Json {
  return {
    openapi: "3.1.0",
    info: {
      title: "tau-edge gateway",
      version: config.version,
      description: "WebAssembly artifacts and manifests by digest, who gets which release, and what rollouts do.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    ...(config.publicBaseUrl === undefined ? {} : { servers: [{ url: config.publicBaseUrl }] }),
    paths: Object.fromEntries(
      [...Map.groupBy(routes, ({ path }) => templateOf(path))].map(([path, group]) => [path, describePath(group)]),
    ),
    components: {
      schemas: Object.fromEntries([
        ...[...SCHEMAS].map(([name, schema]) => [name, jsonSchema(schema)]),
        ...[...BODIES].map(([name, schema]) => [name, jsonSchema(schema, "input")]),
      ]),
      securitySchemes: {
        token: {
          type: "http",
          scheme: "bearer",
          description: "The owner's credential, a session, or an operator's token",
        },
        agent: { type: "http", scheme: "dpop", description: "An agent's token, with a proof in DPoP (RFC 9449)" },
      },
    },
  };
}

/** Hono writes `:name`, and `*` for all that follows; OpenAPI `{name}`, and `{path}`. */
export function templateOf(path: string): string {
  return path.replace(/:(\w+)/g, "{$1}").replace("*", "{path}");
}

function jsonSchema(schema: z.ZodType, io: "input" | "output" = "output"): Json {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io });
  return rest;
}

function describePath(routes: readonly Route[]): Json {
  return Object.assign(
    {},
    ...routes.map((route) => (route.method === "POST" ? describePost(route) : describeGet(route))),
  );
}

function describeGet(route: Route): Json {
  const answers = { ...describeAnswers(route), ...describeProblems(problemsOf(route)) };
  const shared = { summary: route.summary, responses: answers, ...whatItNeeds(route) };
  return {
    get: { operationId: route.operationId, ...shared },
    head: {
      ...shared,
      operationId: `${route.operationId}Head`,
      summary: `${route.summary}: header fields only`,
      responses: Object.fromEntries(
        Object.entries(answers)
          .filter(([status]) => !RANGE_STATUSES.has(status))
          .map(([status, answer]) => [status, withoutContent(answer)]),
      ),
    },
  };
}

function describePost(route: Route): Json {
  const { body } = route;
  const requestBody = body && {
    required: true,
    description: `At most ${body.bytesMax} bytes of strict JSON`,
    content: { "application/json": { schema: { $ref: `#/components/schemas/${body.schema}` } } },
  };
  return {
    post: {
      operationId: route.operationId,
      summary: route.summary,
      ...whatItNeeds(route),
      ...(requestBody === undefined ? {} : { requestBody }),
      responses: mergeResponses(describeAnswers(route), describeProblems(problemsOf(route))),
    },
  };
}

function whatItNeeds(route: Route): Json {
  const parameters = parametersOf(route);
  return {
    ...(parameters.length === 0 ? {} : { parameters }),
    // OpenAPI 3.1 section 4.8.30: scopes are names of roles where the scheme has none of its own.
    ...securityOf(route),
  };
}

/** OpenAPI 3.1 section 4.8.30: an empty requirement makes the others optional. */
function securityOf({ scope, reads }: Route): Json {
  const needed = scope ?? reads;
  if (needed === undefined) return {};
  const agent = AGENT_SCOPES.some((given) => given === needed) ? [{ agent: [needed] }] : [];
  return { security: [...(scope === undefined ? [{}] : []), { token: [needed] }, ...agent] };
}

/** Its own, and those of what is asked of everybody before it answers. */
function problemsOf({ problems, scope, reads, audience }: Route): readonly ProblemCode[] {
  return [
    ...new Set([
      ...problems,
      ...(scope === undefined && reads === undefined ? [] : CREDENTIAL_PROBLEMS),
      ...(audience === "operators" ? (["origin_not_allowed"] as const) : []),
    ]),
  ];
}

/** A status that a route's answers and its problems share has both descriptions, and the wider schema. */
function mergeResponses(
  answers: Record<string, ResponseObject>,
  problems: Record<string, ResponseObject>,
): Record<string, ResponseObject> {
  const merged = { ...problems, ...answers };
  for (const [status, problem] of Object.entries(problems)) {
    const answer = answers[status];
    if (answer !== undefined)
      merged[status] = { ...answer, description: `${answer.description}. ${problem.description}` };
  }
  return merged;
}

/** Range means nothing with HEAD. */
const RANGE_STATUSES: ReadonlySet<string> = new Set(["206", "416"]);

function withoutContent({ description, headers }: ResponseObject): ResponseObject {
  if (headers === undefined) return { description };
  // RFC 9530 section 2 and appendix B.2: it is about the content of this message, which has none.
  const { "Content-Digest": _content, ...rest } = headers;
  return { description, headers: rest };
}

interface ResponseObject {
  readonly description: string;
  readonly content?: Json;
  readonly headers?: Json;
}

function parametersOf(route: Route): Json[] {
  const path = Object.entries(route.params ?? {}).map(([name, { schema, description }]) => ({
    name,
    in: "path",
    required: true,
    description,
    schema: jsonSchema(schema),
  }));
  const query = Object.entries(route.query?.shape ?? {}).map(([name, schema]) => {
    const { description, ...rest } = jsonSchema(schema, "input");
    return { name, in: "query", required: false, ...(description === undefined ? {} : { description }), schema: rest };
  });
  const header = Object.entries(route.requestHeaders ?? {}).map(([name, description]) => ({
    name,
    in: "header",
    required: false,
    description,
    schema: { type: "string" },
  }));
  return [...path, ...query, ...header];
}

function describeAnswers(route: Route): Record<string, ResponseObject> {
  return Object.fromEntries(Object.entries(route.answers).map(([status, answer]) => [status, describeAnswer(answer)]));
}

function describeAnswer(answer: DescribedAnswer): ResponseObject {
  const content = Object.entries(answer.content ?? {}).map(([mediaType, form]) => {
    if ("schema" in form) return [mediaType, { schema: { $ref: `#/components/schemas/${form.schema}` } }];
    // OpenAPI 3.1 section 4.8.14.1: raw binary has no schema.
    return [mediaType, "text" in form && !mediaType.endsWith("json") ? { schema: { type: "string" } } : {}];
  });
  const headers = Object.entries(answer.headers ?? {}).map(([name, description]) => [
    name,
    { description, schema: { type: "string" } },
  ]);
  return {
    description: answer.description,
    ...(content.length === 0 ? {} : { content: Object.fromEntries(content) }),
    ...(headers.length === 0 ? {} : { headers: Object.fromEntries(headers) }),
  };
}

/** Holds for every path, whatever it answers. */
const EVERYWHERE: readonly ProblemCode[] = [
  "request_malformed",
  "request_timeout",
  "url_too_long",
  "host_not_allowed",
  "header_too_large",
  "internal_error",
];

function describeProblems(codes: readonly ProblemCode[]): Record<string, ResponseObject> {
  const byStatus = Map.groupBy([...codes, ...EVERYWHERE], (code) => PROBLEMS.get(code)?.status ?? 500);
  return Object.fromEntries(
    [...byStatus].map(([status, group]) => [
      String(status),
      {
        description: group.map((code) => `\`${code}\`: ${PROBLEMS.get(code)?.detail ?? ""}`).join(" "),
        content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
      },
    ]),
  );
}
