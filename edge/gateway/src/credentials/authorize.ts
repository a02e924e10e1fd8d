/** May this request do that? Answers with who asks, or with the problem document that says what is missing. */
import type { Call } from "../route.ts";
import type { Credential, Scope } from "./tokens.ts";

const CHALLENGE = 'Bearer realm="tau-edge"';
/** RFC 9110 section 11.1: the name of a scheme is case-insensitive. */
const BEARER = /^bearer +(\S+)$/i;

/** RFC 6750 section 3: what is wrong stands in the challenge, too. */
export function authorize(call: Call, scope: Scope): Credential | Response {
  const { tokens } = call.services;
  if (tokens === undefined) return call.problem("not_supported_here");
  if (tokens.empty) return call.problem("no_credentials_configured");
  const token = BEARER.exec(call.c.req.header("authorization") ?? "")?.[1];
  if (token === undefined) return call.problem("credentials_missing", { headers: { "www-authenticate": CHALLENGE } });
  const who = tokens.find(token);
  if (who === undefined) {
    const challenge = `${CHALLENGE}, error="invalid_token"`;
    return call.problem("credentials_invalid", { headers: { "www-authenticate": challenge } });
  }
  return requireScope(call, who, scope) ?? who;
}

/** @returns the refusal, or undefined when the credential is for this */
export function requireScope(call: Call, who: Credential, scope: Scope): Response | undefined {
  if (who.scopes.has(scope)) return undefined;
  // Who may do everything may also stop everything.
  if (scope === "operate-safe" && who.scopes.has("operate")) return undefined;
  const challenge = `${CHALLENGE}, error="insufficient_scope", scope="${scope}"`;
  return call.problem("scope_insufficient", { headers: { "www-authenticate": challenge } });
}
