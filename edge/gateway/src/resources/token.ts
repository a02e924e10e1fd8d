/** A new access token for an agent that is registered: its key is all that it has to show. */
import { z } from "zod";
import { baseUrlOf } from "../credentials/proof-url.ts";
import { checkProof, claimedDid, refuseKey } from "../credentials/proofs.ts";
import { LIMITS } from "../limits.ts";
import { ACCESS_WRITE_PROBLEMS, PROOF_PROBLEMS } from "../problems/problem-sets.ts";
import { openPostRoute } from "../request/post-route.ts";
import { answerGrant, GRANT_ANSWERS, PROOF_FIELD, withoutAgents } from "./exchange.ts";

export const RenewSchema = z.strictObject({});

export const tokenRoute = openPostRoute({
  path: "/v1/token",
  operationId: "renewToken",
  summary: "A new token for the agent whose key signs",
  audience: "agents",
  requestHeaders: PROOF_FIELD,
  body: { schema: RenewSchema, name: "Renew", bytesMax: LIMITS.access_bytes_max },
  answers: GRANT_ANSWERS,
  problems: ["agent_needs_link", "not_supported_here", ...PROOF_PROBLEMS, ...ACCESS_WRITE_PROBLEMS],
  before: withoutAgents,
  async answer(call) {
    const { access, agents } = call.services;
    // Before the key is looked at: strangers have as many of them as they like.
    const claimed = claimedDid(call);
    const agent = claimed === undefined ? undefined : await agents?.directory.agent(claimed);
    const isLive = agent !== undefined && agent.revoked_unix_ms === undefined;
    if (claimed !== undefined && !isLive) return refuseKey(call, "agent_needs_link");
    const proof = await checkProof(call, { nonce: true });
    if (proof instanceof Response) return proof;
    const gateway_url = baseUrlOf(call);
    if (access === undefined || gateway_url === undefined) return call.problem("not_supported_here");
    const { did, jkt, jti } = proof;
    const result = await access.renew({ did, jkt, jti, gateway_url });
    return result.outcome === "refused" ? refuseKey(call, "agent_needs_link") : answerGrant(call, result.grant);
  },
});
