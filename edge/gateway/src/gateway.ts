/** The app: every route of the table under its path, and one way in and out for all of them. */
import { sha256 as portableSha256, type Sha256 } from "@tau-edge/encoding";
import { rememberDpopKeys } from "@tau-edge/identity";
import { NO_DEPLOYMENT_FACTS } from "@tau-edge/ports";
import { type Context, Hono } from "hono";
import { type GatewayConfig, type GatewayConfigInput, GatewayConfigSchema } from "./config.ts";
import { NO_SETTINGS } from "./credentials/auth-settings.ts";
import { openBearers } from "./credentials/bearers.ts";
import { knowEpoch } from "./credentials/epoch.ts";
import { knowAccess, tellingEnds } from "./credentials/known-access.ts";
import { makeRates } from "./credentials/rates.ts";
import { refuseReader } from "./credentials/readers.ts";
import { makeSessions } from "./credentials/sessions.ts";
import { hostRule } from "./http/hosts.ts";
import { LIMITS } from "./limits.ts";
import { makeHotObjects } from "./memory/hot-objects.ts";
import { makeMetrics } from "./metrics/metrics.ts";
import type { OperationTimes } from "./metrics/request-times.ts";
import type { GatewayPorts } from "./ports.ts";
import { type PathFacts, refuseMethod, refuseOrigin } from "./request/cors.ts";
import { fixedHeaders } from "./request/headers.ts";
import { type Front, fault, RequestCall } from "./request/request-call.ts";
import { makeRequestIds } from "./request/request-ids.ts";
import { prepareAnswers } from "./resolve/prepared-answers.ts";
import { ResolveRouter } from "./resolve/resolve-router.ts";
import { builtInChecks } from "./resources/readyz.ts";
import { RESOLVE_HEADERS, RESOLVE_PREFIX, resolveRoute } from "./resources/resolve.ts";
import { readRollouts } from "./rollouts/rollout-access.ts";
import type { Call, Route, Services } from "./route.ts";
import { ROUTES } from "./routes.ts";
import { makeEventHub } from "./watching/event-hub.ts";

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
  let started: number | undefined;
  // A Worker has no clock before its first request.
  const startedUnixMs = (): number => {
    started ??= ports.clock.nowUnixMs();
    return started;
  };
  const events = makeEventHub({
    ledger: ports.ledger,
    clock: ports.clock,
    lookMs: config.lookMs,
    onFault: (error, code) => ports.onFault?.({ request_id: "events", code, error }),
  });
  const metrics = makeMetrics({
    ...{ ledger: ports.ledger, figures: rollouts.figures, clock: ports.clock, monotonic: ports.monotonic },
    ...{ sizes: ports.sizes, startedUnixMs, watchers: () => events.count() },
    onFault: (error, code) => ports.onFault?.({ request_id: "metrics", code, error }),
  });
  const services: Services = {
    config,
    catalog: rollouts.catalog,
    rollouts,
    bearers: openBearers({ tokens: ports.tokens, kept: ports.agents, sessions, settings, clock: ports.clock, sha256 }),
    sessions,
    settings,
    rates: makeRates(),
    ...agentParts(ports, sha256),
    sha256,
    proofKeys: rememberDpopKeys(LIMITS.proof_keys_max, sha256),
    answers: prepareAnswers({
      publicBaseUrl: config.publicBaseUrl,
      maxAgeMs,
      sha256,
      derivedOf: (blueprint, release) => rollouts.resolver.derivedOf(blueprint, release),
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
    events,
    metrics,
    stopping: ports.stopping,
    startedUnixMs,
  };
  const front: Front = {
    services,
    ports,
    ids: makeRequestIds(ports.randomBytes),
    hosts: hostRule(config.allowedHosts),
    fixed,
  };
  const app = new Hono({ router: new ResolveRouter(RESOLVE_PREFIX) });
  for (const route of ROUTES) {
    const open = isOpen(route, config);
    const times = metrics.times.operation(route.operationId);
    const answer = (call: Call) => answerGuarded(route, open, call);
    app.on(route.method, route.path, (c) => admitTimed(front, c, open, times, answer));
  }
  const others = metrics.times.operation("other");
  const paths = new Map(ROUTES.map(({ path }) => [path, factsOf(path, config)]));
  // All other methods come here too. Handlers for them would have to name all that clients make up, or send every
  // request through Hono's middleware chain.
  app.notFound((c) => {
    const facts = METHODS.map((method) => paths.get(pathOf(app, method, c.req.path) ?? "")).find(Boolean);
    if (facts === undefined) return admitTimed(front, c, false, others, (call) => call.problem("path_unknown"));
    const open = facts.open.includes("GET");
    return admitTimed(front, c, open, others, (call) => refuseMethod(call, front.fixed, facts));
  });
  // What throws outside `admit` is a bug of this file; the client still gets a problem document.
  app.onError((error, c) => fault(new RequestCall(front, c, front.fixed.closed), error));
  return app;
}

/** With what is remembered of agents for a moment, so that their requests need not ask the directory each time. */
function agentParts(
  { agents, clock }: GatewayPorts,
  sha256: Sha256,
): Pick<Services, "access" | "agents" | "epoch" | "knownAccess"> {
  if (agents === undefined) return { access: undefined, agents, epoch: undefined, knownAccess: undefined };
  const knownAccess = knowAccess(agents.directory, clock, sha256);
  const access = tellingEnds(agents.access, () => knownAccess.forget());
  return { access, agents, epoch: knowEpoch(access, clock), knownAccess };
}

const METHODS = ["GET", "POST"] as const;

/** Whether pages of any origin may ask it and read what it answers. */
function isOpen({ audience }: Route, { cors }: GatewayConfig): boolean {
  return audience === "agents" || (audience === "listing" && cors === "all");
}

function factsOf(path: string, config: GatewayConfig): PathFacts {
  const routes = ROUTES.filter((route) => route.path === path);
  const methodsOf = (some: readonly Route[]) => METHODS.filter((name) => some.some(({ method }) => method === name));
  return { methods: methodsOf(routes), open: methodsOf(routes.filter((route) => isOpen(route, config))) };
}

function pathOf(app: Hono, method: Route["method"], path: string): string | undefined {
  return app.router.match(method, path)[0][0]?.[0][1].path;
}

/** As `admit`, and counts how long the answer takes to begin. */
function admitTimed(
  front: Front,
  c: Context,
  open: boolean,
  times: OperationTimes,
  answer: (call: Call) => Response | Promise<Response>,
): Response | Promise<Response> {
  const { clock, waiting } = front.services.metrics.times;
  if (clock === undefined) return admit(front, c, open, answer);
  const began_ms = clock.nowMs();
  const answered = admit(front, c, open, answer);
  if (!(answered instanceof Promise)) {
    times.observe(answered.status, clock.nowMs() - began_ms);
    return answered;
  }
  waiting.count += 1;
  return answered.then((late) => {
    waiting.count -= 1;
    times.observe(late.status, clock.nowMs() - began_ms);
    return late;
  });
}

/** The one way in: checks what holds for every request, then lets the resource answer and catches what it throws. */
function admit(
  front: Front,
  c: Context,
  open: boolean,
  answer: (call: Call) => Response | Promise<Response>,
): Response | Promise<Response> {
  const call = new RequestCall(front, c, open ? front.fixed.open : front.fixed.closed);
  try {
    front.services.startedUnixMs();
    if (!front.hosts(c.req.url)) return new RequestCall(front, c, front.fixed.closed).problem("host_not_allowed");
    if (c.req.url.length > LIMITS.url_chars_max) return call.problem("url_too_long");
    const answered = answer(call);
    return answered instanceof Promise ? answered.catch((error: unknown) => fault(call, error)) : answered;
  } catch (error) {
    return fault(call, error);
  }
}

/** What holds for a kind of route: who may ask for it from where, and who may read. */
function answerGuarded(route: Route, open: boolean, call: Call): Response | Promise<Response> {
  const foreign = open ? undefined : refuseOrigin(call, route.audience);
  if (foreign !== undefined) return foreign;
  const refused = route.reads === undefined ? undefined : refuseReader(call, route.reads);
  // Most readers are nobody, and a promise for each would cost as much as resolving for them.
  if (refused instanceof Promise) return refused.then((late) => late ?? route.answer(call));
  return refused ?? route.answer(call);
}
