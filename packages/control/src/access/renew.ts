/** An agent that has its key gets the next access token, for as long as it is registered (identity.md 3.5). */

import type { RenewAccess, RenewResult } from "./access-acts.ts";
import type { AccessContext } from "./access-context.ts";
import { devAllowed, isDevKey } from "./dev-keys.ts";
import { grantOf, offerAccess } from "./grant.ts";
import { type RefusedAccess, refuseAccess } from "./refusals.ts";

export async function renew(request: RenewAccess, context: AccessContext): Promise<RenewResult> {
  const { did, jkt } = request;
  const known = await context.system.refresh();
  if (known.revokedDids.has(did)) return refused("revoked", did, context);
  // It may have been let in on a devnet whose directory is now another network's.
  if (!devAllowed(context.config) && (await isDevKey(did, known, context))) return refused("dev_refused", did, context);
  const offered = offerAccess(context);
  const { access, now_unix_ms } = offered;
  const outcome = await context.ports.directory.renew({ did, jkt, access, now_unix_ms });
  if (outcome.outcome === "refused") return refused(outcome.reason, did, context);
  return { outcome: "renewed", grant: await grantOf(outcome.agent, offered, request, context) };
}

function refused(
  reason: "unknown" | "revoked" | "dev_refused",
  did: string,
  { ports }: AccessContext,
): RefusedAccess<"invalid_grant"> {
  ports.onEvent?.({ code: "renewal_refused", did, reason });
  return refuseAccess("invalid_grant");
}
