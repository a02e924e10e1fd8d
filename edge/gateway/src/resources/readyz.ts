/** May traffic come? Named checks, in the text form of Kubernetes or as application/health+json; the status code is the answer. */
import { digestOf } from "@tau-edge/encoding";
import { z } from "zod";
import { GatewayError } from "../errors.ts";
import { prefersJson } from "../http/accept.ts";
import { LIMITS } from "../limits.ts";
import type { GatewayPorts, ReadinessCheck } from "../ports.ts";
import type { Call, DescribedAnswer, Route } from "../route.ts";

/** No object hashes to 32 zero bytes; asking for it shows that the store answers and touches nothing. */
const NOBODYS_DIGEST = digestOf(new Uint8Array(32));

export function builtInChecks(ports: Pick<GatewayPorts, "ledger" | "objects">): readonly ReadinessCheck[] {
  return [
    {
      name: "ledger",
      async run() {
        const [first] = await ports.ledger.streams();
        if (first !== undefined) await ports.ledger.head(first);
      },
    },
    {
      name: "objects",
      async run() {
        await ports.objects.stat(NOBODYS_DIGEST);
      },
    },
  ];
}

export const HealthSchema = z
  .object({
    status: z.enum(["pass", "fail"]),
    version: z.literal("1"),
    releaseId: z.string(),
    checks: z.record(
      z.string(),
      z.array(z.object({ componentType: z.literal("component"), status: z.enum(["pass", "fail"]), time: z.string() })),
    ),
  })
  .meta({ description: "The health check response format, draft-inadarei-api-health-check" });

interface Outcome {
  readonly name: string;
  readonly passed: boolean;
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
        await withinTime(check);
        return { name: check.name, passed: true };
      } catch (error) {
        call.fault(error, `check_failed:${check.name}`);
        return { name: check.name, passed: false };
      }
    }),
  );
}

async function withinTime(check: ReadinessCheck): Promise<void> {
  const timeout = Promise.withResolvers<never>();
  const timer = setTimeout(
    () =>
      timeout.reject(new GatewayError("store_unavailable", check.name, `No answer within ${LIMITS.check_ms_max} ms`)),
    LIMITS.check_ms_max,
  );
  try {
    await Promise.race([check.run(), timeout.promise]);
  } finally {
    clearTimeout(timer);
  }
}

function answerOutcomes(call: Call, outcomes: readonly Outcome[], unmatched: number): Response {
  const passed = outcomes.every((outcome) => outcome.passed);
  const headers = { "cache-control": "no-store", vary: "Accept" };
  const status = passed ? 200 : 503;
  if (prefersJson(call.c.req.header("accept") ?? "", "application/health+json"))
    return call.json(status, healthDocument(call, outcomes, passed), {
      ...headers,
      "content-type": "application/health+json",
    });
  const verbose = call.c.req.query("verbose") !== undefined || !passed;
  const text = verbose ? verboseText(outcomes, passed, unmatched) : "ok\n";
  const body = call.c.req.method === "HEAD" ? null : text;
  return call.reply(status, { ...headers, "content-type": "text/plain; charset=utf-8" }, body);
}

function verboseText(outcomes: readonly Outcome[], passed: boolean, unmatched: number): string {
  const lines = outcomes.map(({ name, passed: ok }) => (ok ? `[+]${name} ok` : `[-]${name} failed: reason withheld`));
  if (unmatched > 0) lines.push(`warn: ${unmatched} excluded names match no check`);
  return `${[...lines, `readyz check ${passed ? "passed" : "failed"}`].join("\n")}\n`;
}

function healthDocument(call: Call, outcomes: readonly Outcome[], passed: boolean): z.infer<typeof HealthSchema> {
  const time = new Date(call.services.clock.nowUnixMs()).toISOString();
  return {
    status: passed ? "pass" : "fail",
    version: "1",
    releaseId: call.services.config.version,
    checks: Object.fromEntries(
      outcomes.map(({ name, passed: ok }) => [
        name,
        [{ componentType: "component" as const, status: ok ? ("pass" as const) : ("fail" as const), time }],
      ]),
    ),
  };
}
