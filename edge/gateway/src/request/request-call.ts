/** One request, and everything that an answer to it has in common with every other. */
import { encodeUtf8 } from "@tau-edge/encoding";
import { PortError } from "@tau-edge/ports";
import type { Context } from "hono";
import type { Principal } from "../credentials/principal.ts";
import { GatewayError } from "../errors.ts";
import { clientKey } from "../http/client-address.ts";
import type { HostRule } from "../http/hosts.ts";
import { LIMITS } from "../limits.ts";
import type { GatewayPorts } from "../ports.ts";
import { type ProblemCode, type ProblemExtra, problemOf } from "../problems/problems.ts";
import type { Call, Services } from "../route.ts";
import type { FixedHeaders, HeaderRecord } from "./headers.ts";
import type { RequestIds } from "./request-ids.ts";

/** What all requests share. */
export interface Front {
  readonly services: Services;
  readonly ports: GatewayPorts;
  readonly ids: RequestIds;
  readonly hosts: HostRule;
  readonly fixed: FixedHeaders;
}

/** A class, because functions made for each request would cost as much as answering some of them. */
export class RequestCall implements Call {
  readonly c: Context;
  readonly services: Services;
  readonly requestId: string;
  reader: Principal | undefined;
  readonly #front: Front;
  readonly #fixed: HeaderRecord;
  #also: HeaderRecord | undefined;

  constructor(front: Front, c: Context, fixed: HeaderRecord) {
    this.c = c;
    this.services = front.services;
    this.requestId = front.ids.next();
    this.#front = front;
    this.#fixed = fixed;
  }

  reply(status: number, headers: HeaderRecord, body: BodyInit | null): Response {
    return this.#send(status, { ...this.#fixed, ...headers }, body);
  }

  text(status: number, headers: HeaderRecord, text: string): Response {
    return this.ready(status, { ...this.#fixed, ...headers }, text);
  }

  ready(status: number, headers: HeaderRecord, text: string | null): Response {
    if (text === null || this.c.req.method !== "HEAD") return this.#send(status, headers, text);
    return this.#send(status, { ...headers, "content-length": String(encodeUtf8(text).length) }, null);
  }

  #send(status: number, headers: HeaderRecord, body: BodyInit | null): Response {
    // Joined first where there is more to send: a second spread would cost every answer, also with nothing in it.
    const fields = this.#also === undefined ? headers : { ...headers, ...this.#also };
    // A plain record: the Node server passes it on without making a Headers object of it.
    return new Response(body, { status, headers: { ...fields, "x-request-id": this.requestId } });
  }

  json(status: number, document: object, headers: HeaderRecord = {}): Response {
    const type = status >= 400 ? "application/problem+json" : "application/json";
    const fields = { "content-type": type, "cache-control": "no-store", ...headers };
    return this.text(status, fields, `${JSON.stringify(document)}\n`);
  }

  alsoSend(headers: HeaderRecord): void {
    this.#also = { ...this.#also, ...headers };
  }

  field(name: string): string | null {
    const found = this.#front.ports.field?.(this.c.env, name);
    return found === undefined ? this.c.req.raw.headers.get(name) : found;
  }

  clientAddress(): string {
    const { ports } = this.#front;
    return clientKey(ports.clientAddress?.(this.c.env, this.c.req.raw) ?? "");
  }

  untilSent(): Promise<unknown> | undefined {
    return this.#front.ports.untilSent?.(this.c.env);
  }

  fault(error: unknown, code: string): void {
    this.#front.ports.onFault?.({ request_id: this.requestId, code, error });
  }

  problem(code: ProblemCode, extra?: ProblemExtra & { readonly headers?: HeaderRecord }): Response {
    const document = problemOf(code, this.requestId, extra);
    const later = document.status === 503 || document.status === 429;
    const retry: HeaderRecord = later ? { "retry-after": String(LIMITS.retry_after_seconds) } : {};
    return this.json(document.status, document, { ...retry, ...extra?.headers });
  }
}

/** What went wrong, as the client is told; why is for the log. */
export function fault(call: Call, error: unknown): Response {
  const known = error instanceof PortError || error instanceof GatewayError;
  const code: ProblemCode = known ? error.code : "internal_error";
  call.fault(error, code);
  return call.problem(code);
}
