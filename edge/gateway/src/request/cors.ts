/** What pages of other origins may do, path by path: what a browser asks before it lets them, and what it is told then. */
import { askingOrigin } from "../credentials/origins.ts";
import { LIMITS } from "../limits.ts";
import type { Call, Route } from "../route.ts";
import { type FixedHeaders, preflightFor, readableBy } from "./headers.ts";

/** The methods of a path. */
export interface PathFacts {
  readonly methods: readonly Route["method"][];
  /** Those of which pages of any origin may use and read. */
  readonly open: readonly Route["method"][];
}

/** Of what is not open to all. @returns the refusal of what a page of another origin may not even ask */
export function refuseOrigin(call: Call, audience: Route["audience"]): Response | undefined {
  const asking = askingOrigin(call);
  if (asking === "listed") call.alsoSend(readableBy(call.c.req.raw.headers.get("origin") ?? ""));
  return asking === "foreign" && audience === "operators" ? call.problem("origin_not_allowed") : undefined;
}

/** OPTIONS and every method that the path does not have. */
export function refuseMethod(call: Call, fixed: FixedHeaders, { methods, open }: PathFacts): Response {
  const allow = { allow: [...namesOf(methods), "OPTIONS"].join(", ") };
  if (call.c.req.method !== "OPTIONS") return call.problem("method_not_allowed", { headers: allow });
  const asking = askingOrigin(call);
  if (asking === "own" || asking === "listed") {
    call.alsoSend(readableBy(call.c.req.raw.headers.get("origin") ?? ""));
    return call.reply(204, { ...allow, ...preflightFor(namesOf(methods), LIMITS.listed_preflight_seconds) }, null);
  }
  if (open.length === 0) return call.reply(204, allow, null);
  return call.reply(204, { ...fixed.open, ...allow, ...preflightFor(namesOf(open), LIMITS.preflight_seconds) }, null);
}

function namesOf(methods: readonly Route["method"][]): readonly string[] {
  return methods.flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method]));
}
