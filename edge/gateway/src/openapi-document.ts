/** An OpenAPI 3.1 document of a route table. Its schemas are JSON Schema 2020-12, as zod writes them. */
import { z } from "zod";
import type { GatewayConfig } from "./config.ts";
import { PROBLEMS, type ProblemCode, ProblemSchema } from "./problems.ts";
import { BlueprintPageSchema, DeliverablePageSchema } from "./resources/blueprints.ts";
import { HealthSchema } from "./resources/readyz.ts";
import { StatusSchema } from "./resources/status.ts";
import type { DescribedAnswer, Route } from "./route.ts";

const SCHEMAS: ReadonlyMap<string, z.ZodType> = new Map<string, z.ZodType>([
  ["BlueprintPage", BlueprintPageSchema],
  ["DeliverablePage", DeliverablePageSchema],
  ["Health", HealthSchema],
  ["Problem", ProblemSchema],
  ["Status", StatusSchema],
]);

type Json = Readonly<Record<string, unknown>>;

export function describeApi(routes: readonly Route[], config: GatewayConfig): Json {
  return {
    openapi: "3.1.0",
    info: {
      title: "tau-edge gateway",
      version: config.version,
      description: "WebAssembly artifacts and manifests by digest, what there is, and how the deployment is.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    ...(config.publicBaseUrl === undefined ? {} : { servers: [{ url: config.publicBaseUrl }] }),
    paths: Object.fromEntries(routes.map((route) => [templateOf(route.path), describePath(route)])),
    components: {
      schemas: Object.fromEntries([...SCHEMAS].map(([name, schema]) => [name, jsonSchema(schema)])),
    },
  };
}

/** Hono writes `:name`, OpenAPI `{name}`. */
function templateOf(path: string): string {
  return path.replace(/:(\w+)/g, "{$1}");
}

function jsonSchema(schema: z.ZodType): Json {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema);
  return rest;
}

function describePath(route: Route): Json {
  const answers = { ...describeAnswers(route), ...describeProblems(route.problems) };
  const shared = { summary: route.summary, responses: answers };
  const parameters = parametersOf(route);
  return {
    ...(parameters.length === 0 ? {} : { parameters }),
    get: { operationId: route.operationId, ...shared },
    head: {
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
    const { description, ...rest } = jsonSchema(schema);
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
