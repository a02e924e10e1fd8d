/** What agents can be told beside what access refuses; part of the one table in problems.ts. */
import type { ProblemKind } from "./problems.ts";

export const AGENT_PROBLEMS = {
  invalid_dpop_proof: {
    status: 401,
    detail: "The request has no proof that counts here and now; `fault` says why.",
    remedy: "Sign jti, htm, htu, iat, ath and nonce as a JWT of type dpop+jwt, and send it once, in one DPoP field.",
  },
  use_dpop_nonce: {
    status: 401,
    detail: "The proof has no nonce of this gateway, or an old one.",
    remedy: "Make the proof again with the nonce in the DPoP-Nonce field of this answer.",
  },
  proofs_full: {
    status: 429,
    detail: "This key, or all together, showed as many proofs in two minutes as are remembered.",
    remedy: "Ask less often; Retry-After says when to go on.",
  },
  agent_needs_link: {
    status: 401,
    detail: "No agent of this key is registered here, or it was revoked.",
    remedy: "Ask the operator for a new link: `tau-edge bootstrap link`.",
  },
  public_base_url_missing: {
    status: 501,
    detail: "The gateway does not know what it is called, so no link leads to it and no proof can be for it.",
    remedy: "Start it with --public-base-url https://NAME.",
  },
  link_insecure: {
    status: 501,
    detail: "Agents would reach the gateway in clear, from other machines: whoever is on the way could use the link.",
    remedy: "Start it with --public-base-url https://NAME, or listen on 127.0.0.1.",
  },
  reporter_not_you: {
    status: 403,
    detail: "An agent reports in its own name only.",
    remedy: "Leave `reporter` out, or put the DID of the agent there.",
  },
  states_not_yours: {
    status: 403,
    detail: "Only an agent says what it runs.",
    remedy: "Leave `states` out.",
  },
  did_unknown: {
    status: 404,
    detail: "This gateway knows nobody of this DID.",
    remedy: "`tau-edge did resolve DID` reads what a DID says by itself.",
  },
  page_unknown: {
    status: 404,
    detail: "This gateway has no page here.",
    remedy: "Build the pages with `npm run build`, and start the gateway again.",
  },
} as const satisfies Record<string, ProblemKind>;
