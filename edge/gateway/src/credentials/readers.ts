/** May this request read? Where anyone may, whoever says who they are is still looked at. */
import type { Scope } from "@tau-edge/control";
import type { Call } from "../route.ts";
import { authenticate } from "./authenticate.ts";
import { authorize } from "./authorize.ts";

/** @returns the refusal, or undefined; at once where nobody says anything, because most readers are that */
export function refuseReader(call: Call, scope: Scope): Response | undefined | Promise<Response | undefined> {
  if (call.services.settings().readers === "agents") return refusalOf(authorize(call, scope));
  if (call.c.req.raw.headers.get("authorization") === null) return undefined;
  return refusalOf(authenticate(call));
}

async function refusalOf(who: unknown): Promise<Response | undefined> {
  const found = await who;
  return found instanceof Response ? found : undefined;
}
