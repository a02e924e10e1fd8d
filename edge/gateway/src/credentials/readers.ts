/** May this request read? Where anyone may, whoever says who they are is still looked at. */
import type { Scope } from "@tau-edge/control";
import type { Call } from "../route.ts";
import { authenticate } from "./authenticate.ts";
import { authorize } from "./authorize.ts";
import type { Authenticated } from "./principal.ts";

/** @returns the refusal, or undefined; at once where nobody says anything, because most readers are that */
export function refuseReader(call: Call, scope: Scope): Response | undefined | Promise<Response | undefined> {
  if (call.services.settings().readers === "agents") return refusalOf(call, authorize(call, scope));
  if (call.c.req.raw.headers.get("authorization") === null) return undefined;
  return refusalOf(call, authenticate(call));
}

async function refusalOf(call: Call, who: Authenticated | Promise<Authenticated>): Promise<Response | undefined> {
  const found = await who;
  if (found instanceof Response) return found;
  call.reader = found;
  return undefined;
}
