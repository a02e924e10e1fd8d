/** May this request do that? Answers with who asks, or with the problem document that says what is missing. */

import type { Scope } from "@tau-edge/control";
import { after } from "../request/after.ts";
import type { Call } from "../route.ts";
import { authenticate, CHALLENGE } from "./authenticate.ts";
import { refuseEnded } from "./dpop.ts";
import type { Authenticated, Identified, Principal } from "./principal.ts";

/** @param orScope is enough in the place of the other one */
export function authorize(call: Call, scope: Scope, orScope?: Scope): Identified | Promise<Identified> {
  return after<Identified, Identified>(authenticateSomebody(call), (who) => {
    if (who instanceof Response || (orScope !== undefined && who.scopes.has(orScope))) return who;
    return requireScope(call, who, scope) ?? who;
  });
}

/** Again, later in the same request: of an agent only its token is looked at, because a proof is good once. */
export async function authorizeStill(
  call: Call,
  who: Principal,
  scope: Scope,
  orScope?: Scope,
): Promise<Principal | Response> {
  if (who.ath === undefined) return authorize(call, scope, orScope);
  return (await refuseEnded(call, who.ath)) ?? who;
}

/** As `authenticate`, where nobody may stay unnamed. */
export function authenticateSomebody(call: Call): Identified | Promise<Identified> {
  return after<Authenticated, Identified>(authenticate(call), (who) => who ?? refuseNobody(call));
}

async function refuseNobody(call: Call): Promise<Response> {
  if (!(await call.services.bearers.any())) return call.problem("no_credentials_configured");
  return call.problem("credentials_missing", { headers: { "www-authenticate": CHALLENGE } });
}

/** RFC 6750 section 3.1. @returns the refusal, or undefined when the principal may */
export function requireScope(call: Call, who: Principal, scope: Scope): Response | undefined {
  if (who.scopes.has(scope)) return undefined;
  const scheme = who.kind === "agent" ? "DPoP" : `${CHALLENGE},`;
  const challenge = `${scheme} error="insufficient_scope", scope="${scope}"`;
  return call.problem("scope_insufficient", { headers: { "www-authenticate": challenge } });
}
