/** Who sends this request? Looks at its Authorization field; what is wrong there is refused, and never anonymous. */
import type { Call } from "../route.ts";
import { authenticateAgent } from "./dpop.ts";
import type { Authenticated, Principal } from "./principal.ts";
import { countTry } from "./rates.ts";

export const CHALLENGE = 'Bearer realm="tau-edge"';
/** RFC 9110 section 11.4. Section 11.1: the name of a scheme is case-insensitive. */
const CREDENTIALS = /^([a-z]+) +(\S+)$/i;

export function authenticate(call: Call): Authenticated | Promise<Authenticated> {
  const field = call.field("authorization");
  if (field === null) return undefined;
  const [, scheme = "", token = ""] = CREDENTIALS.exec(field) ?? [];
  switch (scheme.toLowerCase()) {
    case "dpop":
      return authenticateAgent(call, field);
    case "bearer":
      return authenticateBearer(call, token);
    default:
      return call.problem("credentials_missing", { headers: { "www-authenticate": CHALLENGE } });
  }
}

async function authenticateBearer(call: Call, token: string): Promise<Principal | Response> {
  const { bearers, rates } = call.services;
  const who = await bearers.find(token);
  if (who !== undefined) return who;
  const refused = countTry(call, rates.wrongBearers);
  if (refused !== undefined) return refused;
  if (!(await bearers.any())) return call.problem("no_credentials_configured");
  // RFC 6750 section 3: what is wrong stands in the challenge, too.
  const challenge = `${CHALLENGE}, error="invalid_token"`;
  return call.problem("credentials_invalid", { headers: { "www-authenticate": challenge } });
}
