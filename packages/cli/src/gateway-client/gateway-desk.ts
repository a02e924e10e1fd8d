/** Who may come in at a gateway, behind the interface that the state directory has. */
import {
  ACCESS_REFUSALS,
  type AccessRefusalCode,
  type CreatedLink,
  type CreatedToken,
  type CreateToken,
  type RefusedAccess,
  type RevokeAgent,
  type RevokedAgent,
  type RevokedLink,
  type RevokedToken,
  type RevokeLink,
  type RevokeToken,
  type RotationResult,
  type TokenView,
} from "@tau-edge/control";
import type { AgentRow, LinkView } from "@tau-edge/ports";
import { type AccessDesk, everyAgent, type LinkAsked, type RotationAsked } from "../access/access-desk.ts";
import type { GatewayAccess } from "./access.ts";
import { ACCESS_ANSWERS } from "./access-answers.ts";
import { documentIn } from "./answer-document.ts";
import { problemOf } from "./problem.ts";
import { askGateway, type GatewayAnswer } from "./request.ts";

/** @throws from every method CliError `gateway_unreachable`, `gateway_malformed`; GatewayProblem with the gateway's code */
export class GatewayDesk implements AccessDesk {
  readonly #access: GatewayAccess;

  constructor(access: GatewayAccess) {
    this.#access = access;
  }

  async createLink(request: LinkAsked): Promise<CreatedLink> {
    const answer = await this.#post("/v1/bootstrap/links", request);
    const refused = refusalIn(answer, LINK_REFUSALS);
    if (refused !== undefined) return refused;
    const { link_id, url, expires_at, scopes } = documentIn(answer, ACCESS_ANSWERS.createdLink);
    return { outcome: "created", link_id, url, expires_unix_ms: Date.parse(expires_at), scopes };
  }

  async listLinks(): Promise<readonly LinkView[]> {
    return documentIn(await this.#get("/v1/bootstrap/links"), ACCESS_ANSWERS.links).links;
  }

  async revokeLink(request: Omit<RevokeLink, "actor">): Promise<RevokedLink> {
    const answer = await this.#post("/v1/bootstrap/links/revoke", request);
    const refused = refusalIn(answer, ["link_unknown"]);
    return refused ?? { outcome: documentIn(answer, ACCESS_ANSWERS.revoked).outcome };
  }

  listAgents(): Promise<readonly AgentRow[]> {
    return everyAgent(async (cursor) => {
      const { agents, next_cursor } = documentIn(await this.#get("/v1/agents", { cursor }), ACCESS_ANSWERS.agents);
      return { agents, ...(next_cursor !== undefined && { next: next_cursor }) };
    });
  }

  async revokeAgent(request: Omit<RevokeAgent, "actor">): Promise<RevokedAgent> {
    const answer = await this.#post("/v1/agents/revoke", request);
    const refused = refusalIn(answer, ["agent_unknown"]);
    return refused ?? { outcome: documentIn(answer, ACCESS_ANSWERS.revoked).outcome };
  }

  async createToken(request: Omit<CreateToken, "actor">): Promise<CreatedToken> {
    const answer = await this.#post("/v1/tokens", request);
    const refused = refusalIn(answer, TOKEN_REFUSALS);
    if (refused !== undefined) return refused;
    const { token, name, slot, scopes, expires_unix_ms } = documentIn(answer, ACCESS_ANSWERS.createdToken);
    const end = expires_unix_ms === undefined ? {} : { expires_unix_ms };
    return { outcome: "created", token, name, slot, scopes, ...end };
  }

  async listTokens(): Promise<readonly TokenView[]> {
    return documentIn(await this.#get("/v1/tokens"), ACCESS_ANSWERS.tokens).tokens;
  }

  async revokeToken(request: Omit<RevokeToken, "actor">): Promise<RevokedToken> {
    const answer = await this.#post("/v1/tokens/revoke", request);
    const refused = refusalIn(answer, ["token_unknown"]);
    return refused ?? { outcome: "revoked", revoked: documentIn(answer, ACCESS_ANSWERS.revokedTokens).revoked };
  }

  async rotate({ agents_since_unix_ms: since, ...request }: RotationAsked): Promise<RotationResult> {
    const agents_since = since === undefined ? {} : { agents_since: new Date(since).toISOString() };
    const answer = await this.#post("/v1/admin/rotate", { ...request, ...agents_since });
    const refused = refusalIn(answer, ROTATION_REFUSALS);
    if (refused !== undefined) return refused;
    const { epoch, new_token, proof } = documentIn(answer, ACCESS_ANSWERS.rotated);
    return { outcome: "rotated", epoch, ...(new_token !== undefined && { new_token }), proof };
  }

  #get(path: string, query: Readonly<Record<string, string | undefined>> = {}): Promise<GatewayAnswer> {
    return askGateway(this.#access, { method: "GET", path, query });
  }

  #post(path: string, { accept_clock, ...body }: object & { readonly accept_clock?: boolean }): Promise<GatewayAnswer> {
    const query = { accept_clock: accept_clock === true ? "true" : undefined };
    return askGateway(this.#access, { method: "POST", path, body, query });
  }
}

const LINK_REFUSALS = [
  "subject_malformed",
  "scope_missing",
  "scope_unknown",
  "scope_not_for_agents",
  "ttl_out_of_range",
  "expected_did_malformed",
  "agent_revoked",
  "links_full",
] as const;

const TOKEN_REFUSALS = [
  "token_name_malformed",
  "scope_missing",
  "scope_unknown",
  "token_expiry_out_of_range",
  "token_slots_taken",
  "tokens_full",
] as const;

const ROTATION_REFUSALS = [
  "rotation_empty",
  "agents_since_malformed",
  "new_password_missing",
  "new_password_unused",
  "new_password_weak",
  "credential_retired",
  "rotated_meanwhile",
] as const;

/** The gateway understood, and says no: the refusal as the state directory would have given it. */
function refusalIn<Code extends AccessRefusalCode>(
  answer: GatewayAnswer,
  codes: readonly Code[],
): RefusedAccess<Code> | undefined {
  if (answer.status < 400 || answer.status >= 500) return undefined;
  const problem = problemOf(answer);
  const code = codes.find((known) => known === problem.code);
  if (code === undefined) return undefined;
  return { outcome: "refused", code, detail: problem.detail, remedy: problem.remedy ?? ACCESS_REFUSALS[code].remedy };
}
