/**
 * A link becomes an agent. Only POST, because whoever looks at a link must not use it up (a mail scanner, a preview), and
 * one answer for all that the link can have been: whoever guesses learns nothing from it.
 */
import type { AccessGrant } from "@tau-edge/control";
import { z } from "zod";
import { baseUrlOf } from "../credentials/proof-url.ts";
import { checkProof } from "../credentials/proofs.ts";
import { countTry } from "../credentials/rates.ts";
import { LIMITS } from "../limits.ts";
import { ACCESS_WRITE_PROBLEMS, PROOF_PROBLEMS } from "../problems/problem-sets.ts";
import { openPostRoute } from "../request/post-route.ts";
import type { Call, DescribedAnswer } from "../route.ts";

export const ExchangeSchema = z.strictObject({
  link_id: z.string().max(LIMITS.access_text_chars_max),
  secret: z.string().max(LIMITS.access_text_chars_max),
  assurance: z
    .enum(["strong", "dev"])
    .exactOptional()
    .meta({ description: "`dev` when the key is derived from a passphrase: taken on loopback and devnets only" }),
});

export const GrantSchema = z.object({
  access_token: z.string(),
  token_type: z.literal("DPoP"),
  expires_in: z.int().meta({ description: "Seconds" }),
  did: z.string(),
  scope: z.string().meta({ description: "Words with a space between them" }),
  subject: z.string(),
  network: z.string(),
  assurance: z.enum(["strong", "dev"]),
  gateway_did: z.string(),
  gateway_proof: z.string().meta({ description: "A DID-JWT of the gateway about this very answer" }),
  payload_url: z.string(),
});

/** RFC 9449 section 5: a proof goes with what asks for a token. */
export const PROOF_FIELD = { DPoP: "A proof for this request, signed by the agent's key" };

export const GRANT_ANSWERS: Readonly<Record<number, DescribedAnswer>> = {
  200: {
    description: "A token for this key",
    content: { "application/json": { schema: "Grant" } },
    headers: { "DPoP-Nonce": "For the next proof" },
  },
};

export const exchangeRoute = openPostRoute({
  path: "/v1/bootstrap/exchange",
  operationId: "exchangeLink",
  summary: "Lets in the agent whose key signs, once for each link",
  audience: "agents",
  requestHeaders: PROOF_FIELD,
  body: { schema: ExchangeSchema, name: "Exchange", bytesMax: LIMITS.access_bytes_max },
  answers: GRANT_ANSWERS,
  problems: ["invalid_grant", "not_supported_here", "rate_limited", ...PROOF_PROBLEMS, ...ACCESS_WRITE_PROBLEMS],
  before: (call) => withoutAgents(call) ?? countTry(call, call.services.rates.exchanges),
  async answer(call, { link_id, secret, assurance }) {
    const proof = await checkProof(call, { linkSecret: secret, nonce: false });
    if (proof instanceof Response) return proof;
    const [access, gateway_url] = [call.services.access, baseUrlOf(call)];
    if (access === undefined || gateway_url === undefined) return call.problem("not_supported_here");
    const { did, jkt, jti } = proof;
    const said = assurance === undefined ? {} : { assurance };
    const result = await access.exchange({ link_id, secret, did, jkt, jti, gateway_url, ...said });
    return result.outcome === "refused" ? call.problem("invalid_grant") : answerGrant(call, result.grant);
  },
});

/** @returns the refusal of a gateway that lets no agent in */
export function withoutAgents(call: Call): Response | undefined {
  return call.services.agents === undefined ? call.problem("not_supported_here") : undefined;
}

/** RFC 6749 section 5.1. */
export function answerGrant(call: Call, grant: AccessGrant): Response {
  return call.json(200, grant);
}
