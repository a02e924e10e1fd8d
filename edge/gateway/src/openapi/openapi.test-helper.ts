/** Holds answers against the API document that the gateway gives of itself. */
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { expect } from "vitest";
import type { GatewayApp } from "../gateway.ts";
import { ROUTES } from "../routes.ts";
import { templateOf } from "./openapi-document.ts";

interface DescribedResponse {
  readonly description: string;
  readonly content?: Record<string, { readonly schema?: object }>;
  readonly headers?: Record<string, unknown>;
}
interface Operation {
  readonly responses: Record<string, DescribedResponse>;
  readonly security?: readonly object[];
  readonly requestBody?: {
    readonly description: string;
    readonly content: Record<string, { readonly schema: { readonly $ref: string } }>;
  };
}
export interface ApiDocument {
  readonly paths: Record<string, { readonly get?: Operation; readonly head?: Operation; readonly post?: Operation }>;
}

export type Method = "GET" | "HEAD" | "POST";

/** One that says who may come in, or what may be known of them: they are held to the document with an agent at hand. */
const ABOUT_ACCESS =
  /^\/(?:v1\/(?:bootstrap|token|tokens|agents|dids|session|admin)(?:\/|$)|\.well-known\/|boot$|dashboard\/)/;

/** Templates of the routes that are about access, or of all others. */
export function templatesOf(method: "GET" | "POST", access: boolean): readonly string[] {
  const routes = ROUTES.filter((route) => route.method === method && ABOUT_ACCESS.test(route.path) === access);
  return routes.map(({ path }) => templateOf(path));
}

export class HeldDocument {
  readonly document: ApiDocument;
  readonly #validatorOf: (schema: object) => ValidateFunction;

  private constructor(document: ApiDocument) {
    this.document = document;
    const ajv = new Ajv2020({ strict: false, formats: { uri: true, "date-time": true } });
    ajv.addSchema({ $id: "api:", ...document });
    this.#validatorOf = (schema) =>
      ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"api:#/')) as object);
  }

  static async of(app: GatewayApp): Promise<HeldDocument> {
    return new HeldDocument((await (await app.request("/openapi.json")).json()) as ApiDocument);
  }

  /** @param asked for the message. @returns template, method and status of the answer */
  async hold(response: Response, template: string, method: Method, asked: string): Promise<string> {
    const label = `${method} ${asked.slice(0, 80)} ${response.status}`;
    const operations = { GET: "get", HEAD: "head", POST: "post" } as const;
    const described = this.document.paths[template]?.[operations[method]]?.responses[response.status];
    if (described === undefined) throw new Error(`${label} is not described: ${await response.text()}`);
    const body = await response.text();
    for (const name of Object.keys(described.headers ?? {}))
      expect(response.headers.get(name), `${label} ${name}`).not.toBe(null);
    if (method === "HEAD" || response.status === 304) {
      expect(body, label).toBe("");
      expect(described.content, label).toBeUndefined();
      return [template, method, response.status].join(" ");
    }
    const type = (response.headers.get("content-type") ?? "").replace(/;.*/, "");
    const form = described.content?.[type];
    if (form === undefined) throw new Error(`${label} as ${type} is not described`);
    if (form.schema !== undefined && type.endsWith("json")) {
      const valid = this.#validatorOf(form.schema);
      expect(valid(JSON.parse(body)), `${label} ${JSON.stringify(valid.errors)} ${body}`).toBe(true);
    }
    if (type === "application/problem+json")
      expect(described.description, label).toContain(`\`${(JSON.parse(body) as { code: string }).code}\``);
    return [template, method, response.status].join(" ");
  }
}
