/** The app: every route of the table under its path, and one way in and out for all of them. */
import { encodeUtf8, sha256 as portableSha256 } from "@tau-edge/encoding";
import { rememberDpopKeys } from "@tau-edge/identity";
import { NO_DEPLOYMENT_FACTS, PortError } from "@tau-edge/ports";
import { type Context, Hono } from "hono";
import { type GatewayConfig, type GatewayConfigInput, GatewayConfigSchema } from "./config.ts";
import { NO_SETTINGS } from "./credentials/auth-settings.ts";
import { openBearers } from "./credentials/bearers.ts";
import { makeRates } from "./credentials/rates.ts";
import { makeSessions } from "./credentials/sessions.ts";
import { GatewayError } from "./errors.ts";
import { type FixedHeaders, fixedHeaders, type HeaderRecord } from "./headers.ts";
import { makeHotObjects } from "./hot-objects.ts";
import { clientKey } from "./http/client-address.ts";
import { type HostRule, hostRule } from "./http/hosts.ts";
import { LIMITS } from "./limits.ts";
import type { GatewayPorts } from "./ports.ts";
import { type ProblemCode, type ProblemExtra, problemOf } from "./problems.ts";
import { makeRequestIds, type RequestIds } from "./request-ids.ts";
import { prepareAnswers } from "./resolve/prepared-answers.ts";
import { builtInChecks } from "./resources/readyz.ts";
import { RESOLVE_HEADERS, resolveRoute } from "./resources/resolve.ts";
import { readRollouts } from "./rollout-access.ts";
import type { Call, Route, Services } from "./route.ts";
import { ROUTES } from "./routes.ts";

export type GatewayApp = Hono;

/** @throws ZodError for a configuration that the schema refuses */
export function makeGateway(ports: GatewayPorts, configuration: GatewayConfigInput): GatewayApp {
  const config = GatewayConfigSchema.parse(configuration);
  const sha256 = ports.sha256 ?? portableSha256;
  const rollouts = ports.rollouts ?? readRollouts({ ...ports, sha256 });
  const maxAgeMs = config.resolveSeconds * 1_000;
  const fixed = fixedHeaders(config);
  const settings = ports.settings ?? (() => NO_SETTINGS);
  const sessions = makeSessions(ports.randomBytes, sha256);
  let startedUnixMs: number | undefined;
  const services: Services = {
    config,
    catalog: rollouts.catalog,
    rollouts,
    bearers: openBearers({ tokens: ports.tokens, kept: ports.agents, sessions, settings, clock: ports.clock, sha256 }),
    sessions,
    settings,
    rates: makeRates(),
    access: ports.agents?.access,
    agents: ports.agents,
    sha256,
    proofKeys: rememberDpopKeys(LIMITS.proof_keys_max, sha256),
    answers: prepareAnswers({
      publicBaseUrl: config.publicBaseUrl,
      maxAgeMs,
      sha256,
      fields: { ...(isOpen(resolveRoute, config) ? fixed.open : fixed.closed), ...RESOLVE_HEADERS },
    }),
    pages: ports.pages,
    ledger: ports.ledger,
    objects: ports.objects,
    clock: ports.clock,
    hot: makeHotObjects({ objectBytesMax: config.hotObjectBytesMax, totalBytesMax: config.hotObjectsBytesMax }),
    costly: { running: 0 },
    deployment: ports.deployment ?? { facts: async () => NO_DEPLOYMENT_FACTS },
    checks: [...builtInChecks(ports), ...(ports.checks ?? [])],
    // A Worker has no clock before its first request.
    startedUnixMs: () => (startedUnixMs ??= ports.clock.nowUnixMs()),
  };
  const front: Front = {
    services,
    ports,
    ids: makeRequestIds(ports.randomBytes),
    hosts: hostRule(config.allowedHosts),
    fixed,
  };
  const app = new Hono();
  const paths = new Map<string, PathFacts>();
  for (const route of ROUTES) {
    const open = isOpen(route, config);
    const known = paths.get(route.path);
    paths.set(route.path, { open: open || known?.open === true, methods: [...(known?.methods ?? []), route.method] });
    app.on(route.method, route.path, (c) => admit(front, c, open, (call) => route.answer(call)));
  }
  // All other methods come here too. Handlers for them would have to name all that clients make up, or send every
  // request through Hono's middleware chain.
  app.notFound((c) => {
    const facts = METHODS.map((method) => paths.get(pathOf(app, method, c.req.path) ?? "")).find(Boolean);
    if (facts === undefined) return admit(front, c, false, (call) => call.problem("path_unknown"));
    return admit(front, c, facts.open, (call) => refuseMethod(front, call, facts));
  });
  // What throws outside `admit` is a bug of this file; the client still gets a problem document.
  app.onError((error, c) => fault(makeCall(front, c, front.fixed.closed), error));
  return app;
}

const METHODS = ["GET", "POST"] as const;

/** Whether pages of any origin may read what it answers. */
function isOpen({ audience }: Route, { cors }: GatewayConfig): boolean {
  return audience === "agents" || (audience === "listing" && cors === "all");
}

interface PathFacts {
  /** Whether pages of any origin may read what GET answers. */
  readonly open: boolean;
  readonly methods: readonly Route["method"][];
}

function pathOf(app: Hono, method: Route["method"], path: string): string | undefined {
  return app.router.match(method, path)[0][0]?.[0][1].path;
}

interface Front {
  readonly services: Services;
  readonly ports: GatewayPorts;
  readonly ids: RequestIds;
  readonly hosts: HostRule;
  readonly fixed: FixedHeaders;
}

/** The one way in: checks what holds for every request, then lets the resource answer and catches what it throws. */
function admit(
  front: Front,
  c: Context,
  open: boolean,
  answer: (call: Call) => Response | Promise<Response>,
): Response | Promise<Response> {
  const call = makeCall(front, c, open ? front.fixed.open : front.fixed.closed);
  try {
    front.services.startedUnixMs();
    if (!front.hosts(c.req.url)) return makeCall(front, c, front.fixed.closed).problem("host_not_allowed");
    if (c.req.url.length > LIMITS.url_chars_max) return call.problem("url_too_long");
    const answered = answer(call);
    return answered instanceof Promise ? answered.catch((error: unknown) => fault(call, error)) : answered;
  } catch (error) {
    return fault(call, error);
  }
}

function makeCall(front: Front, c: Context, fixed: HeaderRecord): Call {
  return new RequestCall(front, c, fixed);
}

/** A class, because functions made for each request would cost as much as answering some of them. */
class RequestCall implements Call {
  readonly c: Context;
  readonly services: Services;
  readonly requestId: string;
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
    // A plain record: the Node server passes it on without making a Headers object of it.
    return new Response(body, { status, headers: { ...headers, ...this.#also, "x-request-id": this.requestId } });
  }

  json(status: number, document: object, headers: HeaderRecord = {}): Response {
    const type = status >= 400 ? "application/problem+json" : "application/json";
    const fields = { "content-type": type, "cache-control": "no-store", ...headers };
    return this.text(status, fields, `${JSON.stringify(document)}\n`);
  }

  alsoSend(headers: HeaderRecord): void {
    this.#also = { ...this.#also, ...headers };
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

function fault(call: Call, error: unknown): Response {
  const known = error instanceof PortError || error instanceof GatewayError;
  const code: ProblemCode = known ? error.code : "internal_error";
  call.fault(error, code);
  return call.problem(code);
}

/** OPTIONS is answered here too: what a browser asks before a request with If-None-Match. Nobody's page may POST. */
function refuseMethod(front: Front, call: Call, { open, methods }: PathFacts): Response {
  const names = methods.flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method]));
  const allow = { allow: [...names, "OPTIONS"].join(", ") };
  if (call.c.req.method !== "OPTIONS") return call.problem("method_not_allowed", { headers: allow });
  return call.reply(204, open ? { ...front.fixed.preflight, ...allow } : allow, null);
}
