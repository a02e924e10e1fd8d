/** Shuts one DID out for ever; its access tokens end in the same transaction. */

import type { RevokeAgent, RevokedAgent } from "./access-acts.ts";
import type { AccessContext } from "./access-context.ts";
import { draftAgentRevoked } from "./agent-record.ts";
import { appendAct } from "./append-act.ts";
import { enforceAgentRevoked } from "./enforce.ts";
import { refuseAccess } from "./refusals.ts";

export async function revokeAgent(request: RevokeAgent, context: AccessContext): Promise<RevokedAgent> {
  const { did, actor } = request;
  const agent = await context.ports.directory.agent(did);
  if (agent === undefined) return refuseAccess("agent_unknown");
  // One that a rotation revoked is so only in the directory: on record, it stays out whatever happens to that.
  const recorded = await appendAct(
    request,
    ({ revokedDids }) => (revokedDids.has(did) ? undefined : draftAgentRevoked(did, actor)),
    context,
  );
  const revoked = await enforceAgentRevoked(did, context);
  return { outcome: recorded || revoked ? "revoked" : "unchanged" };
}
