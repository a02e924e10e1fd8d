/** May traffic come? Named checks, in the text form of Kubernetes or as application/health+json; the status code is the answer. */
import { healthClassOf, withEventLog } from "@tau-edge/contract";
import { digestOf } from "@tau-edge/encoding";
import { z } from "zod";
import { GatewayError } from "../errors.ts";
import { prefersJson } from "../http/accept.ts";
import { LIMITS } from "../limits.ts";
import { knownDeployment } from "../memory/known-deployment.ts";
import { LatelyRead } from "../memory/lately-read.ts";
import type { GatewayPorts, ReadinessCheck } from "../ports.ts";
import type { Call, DescribedAnswer, Route } from "../route.ts";

const HEALTH_JSON = "application/health+json";

/** No object hashes to 32 zero bytes; asking for it shows that the store answers and touches nothing. */
const NOBODYS_DIGEST = digestOf(new Uint8Array(32));

export function builtInChecks(ports: GatewayPorts): readonly ReadinessCheck[] {
  const stores: readonly ReadinessCheck[] = [
    {
      name: "ledger",
      async run() {
        const [first] = await ports.ledger.streams();
        if (first !== undefined) await ports.ledger.head(first);
        return "pass";
      },
    },
    {
      name: "objects",
      async run() {
        await ports.objects.stat(NOBODYS_DIGEST);
        return "pass";
      },
    },
  ];
  if (ports.deployment === undefined) return stores;
  const files = new LatelyRead(ports.deployment);
  // A degraded deployment holds its gate and still serves; only a failing one is taken out.
  const deployment: ReadinessCheck = {
    name: "deployment",
    async run() {
      const { health, events_log } = (await knownDeployment(files, ports.ledger)).facts;
      const { health_state, health_reason } = healthClassOf(withEventLog(health, events_log.facts));
      if (health_state === "failing") throw new GatewayError("deployment_failing", "deployment", health_reason);
      return health_state === "degraded" ? "warn" : "pass";
    },
  };
  return [...stores, deployment];
}

const StateSchema = z.enum(["pass", "warn", "fail"]);
type State = z.infer<typeof StateSchema>;

export const HealthSchema = z
  .object({
    status: StateSchema,
    version: z.literal("1"),
    releaseId: z.string(),
    checks: z.record(
      z.string(),
      z.array(z.object({ componentType: z.literal("component"), status: StateSchema, time: z.string() })),
    ),
  })
  .meta({ description: "The health check response format, draft-inadarei-api-health-check" });

interface Outcome {
  readonly name: string;
  readonly state: State;
}

const ANSWERS: Readonly<Record<number, DescribedAnswer>> = {
  200: {
    description: "Every check passed",
    content: { "text/plain": { text: true }, "application/health+json": { schema: "Health" } },
  },
  503: {
    description: "A check failed; why stands in the operator's log",
    content: { "text/plain": { text: true }, "application/health+json": { schema: "Health" } },
  },
};

export const readyzRoute: Route = {
  method: "GET",
  path: "/readyz",
  operationId: "getReadiness",
  summary: "Whether traffic may come: `?verbose` lists the checks, `?exclude=NAME` leaves some out",
  audience: "listing",
  query: z.object({ verbose: z.string().optional(), exclude: z.array(z.string()).optional() }),
  answers: ANSWERS,
  problems: [],
  async answer(call) {
    const excluded = new Set(call.c.req.queries("exclude") ?? []);
    const outcomes = await runChecks(
      call,
      call.services.checks.filter(({ name }) => !excluded.has(name)),
    );
    const known = new Set(call.services.checks.map(({ name }) => name));
    const unmatched = [...excluded].filter((name) => !known.has(name)).length;
    return answerOutcomes(call, outcomes, unmatched);
  },
};

export const readyzCheckRoute: Route = {
  method: "GET",
  path: "/readyz/:check",
  operationId: "getReadinessCheck",
  summary: "One readiness check",
  audience: "listing",
  params: { check: { schema: z.string(), description: "Its name, as `/readyz?verbose` lists it" } },
  query: z.object({ verbose: z.string().optional() }),
  answers: ANSWERS,
  problems: ["check_unknown"],
  async answer(call) {
    const check = call.services.checks.find(({ name }) => name === call.c.req.param("check"));
    if (check === undefined) return call.problem("check_unknown");
    return answerOutcomes(call, await runChecks(call, [check]), 0);
  },
};

function runChecks(call: Call, checks: readonly ReadinessCheck[]): Promise<Outcome[]> {
  return Promise.all(
    checks.map(async (check) => {
      try {
        return { name: check.name, state: await withinTime(check) };
      } catch (error) {
        call.fault(error, `check_failed:${check.name}`);
        return { name: check.name, state: "fail" };
      }
    }),
  );
}

async function withinTime(check: ReadinessCheck): Promise<"pass" | "warn"> {
  const timeout = Promise.withResolvers<never>();
  const timer = setTimeout(
    () =>
      timeout.reject(new GatewayError("store_unavailable", check.name, `No answer within ${LIMITS.check_ms_max} ms`)),
    LIMITS.check_ms_max,
  );
  try {
    return await Promise.race([check.run(), timeout.promise]);
  } finally {
    clearTimeout(timer);
  }
}

function answerOutcomes(call: Call, outcomes: readonly Outcome[], unmatched: number): Response {
  const states = new Set(outcomes.map(({ state }) => state));
  const state: State = states.has("fail") ? "fail" : states.has("warn") ? "warn" : "pass";
  const status = state === "fail" ? 503 : 200;
  const headers = { "cache-control": "no-store", vary: "Accept" };
  if (prefersJson(call.c.req.header("accept") ?? "", HEALTH_JSON))
    return call.json(status, healthDocument(call, outcomes, state), { ...headers, "content-type": HEALTH_JSON });
  const verbose = call.c.req.query("verbose") !== undefined || state === "fail";
  const text = verbose ? verboseText(outcomes, state, unmatched) : "ok\n";
  return call.text(status, { ...headers, "content-type": "text/plain; charset=utf-8" }, text);
}

const MARKS: Readonly<Record<State, string>> = {
  pass: "ok",
  warn: "ok, with a warning",
  fail: "failed: reason withheld",
};

function verboseText(outcomes: readonly Outcome[], state: State, unmatched: number): string {
  const lines = outcomes.map(
    (outcome) => `[${outcome.state === "fail" ? "-" : "+"}]${outcome.name} ${MARKS[outcome.state]}`,
  );
  if (unmatched > 0) lines.push(`warn: ${unmatched} excluded names match no check`);
  return `${[...lines, `readyz check ${state === "fail" ? "failed" : "passed"}`].join("\n")}\n`;
}

function healthDocument(call: Call, outcomes: readonly Outcome[], status: State): z.infer<typeof HealthSchema> {
  const time = new Date(call.services.clock.nowUnixMs()).toISOString();
  const checks = outcomes.map(({ name, state }) => [
    name,
    [{ componentType: "component" as const, status: state, time }],
  ]);
  return { status, version: "1", releaseId: call.services.config.version, checks: Object.fromEntries(checks) };
}
