/** May this request read? Where anyone may, whoever says who they are is still looked at. */
import type { Scope } from "@tau-edge/control";
import { after } from "../request/after.ts";
import type { Call } from "../route.ts";
import { authenticate } from "./authenticate.ts";
import { authorize } from "./authorize.ts";
import type { Authenticated } from "./principal.ts";

/** @returns the refusal, or undefined; at once where all is at hand, as it is for most */
export function refuseReader(call: Call, scope: Scope): Response | undefined | Promise<Response | undefined> {
  const who = call.services.settings().readers === "agents" ? authorize(call, scope) : authenticate(call);
  // Most readers are nobody, and make no closure.
  if (who === undefined) return undefined;
  return after<Authenticated, Response | undefined>(who, (found) => {
    if (found instanceof Response) return found;
    call.reader = found;
    return undefined;
  });
}
