/** What agents and those who invite them can be told; part of the one table in problems.ts. */
import type { ProblemKind } from "./problems.ts";

/** What a proof must be is in one place, so that a client can be mended with the answer alone. */
const PROOF =
  "Sign {jti, htm, htu, iat, ath, nonce} with the agent's key as a JWT of type dpop+jwt, and send it once, in one DPoP field.";

export const AGENT_PROBLEMS = {
  invalid_grant: {
    status: 400,
    detail: "This link gives nothing to this key.",
    remedy: "Ask whoever made the link for a new one: `tau-edge bootstrap link`.",
  },
  invalid_dpop_proof: {
    status: 401,
    detail: "The request has no proof that counts here and now; `fault` says why.",
    remedy: PROOF,
  },
  use_dpop_nonce: {
    status: 401,
    detail: "The proof has no nonce of this gateway, or an old one.",
    remedy: "Make the proof again with the nonce in the DPoP-Nonce field of this answer.",
  },
  proofs_full: {
    status: 429,
    detail: "As many proofs as are remembered were shown in the last two minutes, by this key or by all.",
    remedy: "Ask less often; Retry-After says when to go on.",
  },
  public_base_url_missing: {
    status: 501,
    detail: "The gateway does not know what it is called, so no proof can be for it.",
    remedy: "Start it with --public-base-url https://NAME.",
  },
  agent_needs_link: {
    status: 401,
    detail: "No agent of this key is registered here, or it was revoked.",
    remedy: "Ask the operator for a bootstrap link: `tau-edge bootstrap link`.",
  },
  reporter_not_you: {
    status: 403,
    detail: "An agent reports in its own name only.",
    remedy: "Leave `reporter` out, or put the agent's DID there.",
  },
  states_not_yours: {
    status: 403,
    detail: "Only an agent says what it runs.",
    remedy: "Leave `states` out.",
  },
  scope_not_for_agents: {
    status: 422,
    detail: "A link cannot give this scope.",
    remedy: "Name status:read, manifest:read or events:write.",
  },
  links_full: {
    status: 409,
    detail: "As many links are open as there may be.",
    remedy: "Revoke one, or wait until they expire: GET /v1/bootstrap/links.",
  },
  link_unknown: {
    status: 404,
    detail: "No open link has this id.",
    remedy: "List what there is: GET /v1/bootstrap/links.",
  },
  agent_unknown: {
    status: 404,
    detail: "No agent of this DID is registered and not revoked.",
    remedy: "List what there is: GET /v1/agents.",
  },
  did_unknown: {
    status: 404,
    detail: "This gateway knows nobody of this DID.",
    remedy: "`tau-edge did resolve DID` reads what the DID says by itself.",
  },
  page_unknown: {
    status: 404,
    detail: "This gateway has no page here.",
    remedy: "Build the pages with `npm run build`, and start the gateway again.",
  },
} as const satisfies Record<string, ProblemKind>;
