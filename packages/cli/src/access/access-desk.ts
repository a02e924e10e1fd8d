/** What the verbs about access ask for, in a state directory, through a gateway, and in a rehearsal alike. */
import type {
  Access,
  CreatedLink,
  CreatedToken,
  CreateLink,
  CreateToken,
  RevokeAgent,
  RevokedAgent,
  RevokedLink,
  RevokedToken,
  RevokeLink,
  RevokeToken,
  RotateRequest,
  RotationResult,
  TokenView,
} from "@tau-edge/control";
import type { Actor } from "@tau-edge/ledger";
import type { AgentRow, LinkView } from "@tau-edge/ports";
import { CliError } from "../failure.ts";

/** In whose name and under which address, the desk knows. */
export type LinkAsked = Omit<CreateLink, "actor" | "gateway_url">;
export type RotationAsked = Omit<RotateRequest, "actor" | "expected_epoch">;

export interface AccessDesk {
  createLink(request: LinkAsked): Promise<CreatedLink>;
  listLinks(): Promise<readonly LinkView[]>;
  revokeLink(request: Omit<RevokeLink, "actor">): Promise<RevokedLink>;
  /** All of them, in the order of their DIDs. */
  listAgents(): Promise<readonly AgentRow[]>;
  revokeAgent(request: Omit<RevokeAgent, "actor">): Promise<RevokedAgent>;
  createToken(request: Omit<CreateToken, "actor">): Promise<CreatedToken>;
  listTokens(): Promise<readonly TokenView[]>;
  revokeToken(request: Omit<RevokeToken, "actor">): Promise<RevokedToken>;
  rotate(request: RotationAsked): Promise<RotationResult>;
}

export interface DeskContext {
  readonly actor: Actor;
  /** What agents reach the gateway under; asked for when a link is made. */
  gatewayUrl(): string;
}

export function deskOf(access: Access, { actor, gatewayUrl }: DeskContext): AccessDesk {
  return {
    createLink: async (request) => access.createLink({ ...request, actor, gateway_url: gatewayUrl() }),
    listLinks: () => access.listLinks(),
    revokeLink: (request) => access.revokeLink({ ...request, actor }),
    listAgents: () => everyAgent(async (after) => access.listAgents(after === undefined ? {} : { after })),
    revokeAgent: (request) => access.revokeAgent({ ...request, actor }),
    createToken: (request) => access.createToken({ ...request, actor }),
    listTokens: () => access.listTokens(),
    revokeToken: (request) => access.revokeToken({ ...request, actor }),
    rotate: (request) => access.rotate({ ...request, actor }),
  };
}

interface Page {
  readonly agents: readonly AgentRow[];
  readonly next?: string;
}

/** As many as may be registered, and those that were revoked. */
const AGENTS_LISTED_MAX = 200_000;

/** @throws CliError `gateway_malformed` where a list does not come to an end */
export async function everyAgent(page: (after: string | undefined) => Promise<Page>): Promise<readonly AgentRow[]> {
  const found: AgentRow[] = [];
  let after: string | undefined;
  do {
    const { agents, next } = await page(after);
    found.push(...agents);
    if (next !== undefined && (next === after || found.length > AGENTS_LISTED_MAX))
      throw new CliError("gateway_malformed", "The list of agents does not come to an end");
    after = next;
  } while (after !== undefined);
  return found;
}
