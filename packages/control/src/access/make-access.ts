/** Puts the use cases of access together, over one directory and one fold of the stream `system`. */
import { AGENTS_PAGE_DEFAULT, AGENTS_PAGE_MAX } from "../limits.ts";
import type { Access, AccessConfig, AccessPorts } from "./access.ts";
import type { AgentPage } from "./access-acts.ts";
import { type AccessContext, makeContext } from "./access-context.ts";
import { createLink } from "./create-link.ts";
import { createToken } from "./create-token.ts";
import { exchange } from "./exchange.ts";
import { noteStates } from "./note-states.ts";
import { payloadOf } from "./payload-of.ts";
import { renew } from "./renew.ts";
import { revokeAgent } from "./revoke-agent.ts";
import { revokeLink } from "./revoke-link.ts";
import { revokeToken } from "./revoke-token.ts";
import { rotate } from "./rotate.ts";
import { Settling, settle } from "./settle.ts";

/** One for each process: what is privileged runs one after another in it, and several processes may run at once. */
export function makeAccess(ports: AccessPorts, config: AccessConfig): Access {
  const context = makeContext(ports, config);
  let last: Promise<unknown> = Promise.resolve();
  const alone = <Value>(act: () => Promise<Value>): Promise<Value> => {
    const mine = last.then(act);
    last = mine.catch(() => undefined);
    return mine;
  };
  const settling = new Settling(() => alone(() => settle(context)), context);
  return {
    createLink: (request) => alone(() => createLink(request, context)),
    listLinks: async () => ports.directory.links(ports.clock.nowUnixMs()),
    revokeLink: (request) => alone(() => revokeLink(request, context)),
    exchange: (request) => exchange(request, context),
    renew: (request) => renew(request, context),
    listAgents: (page = {}) => listAgents(page, context),
    revokeAgent: (request) => alone(() => revokeAgent(request, context)),
    createToken: (request) => alone(() => createToken(request, context)),
    async listTokens() {
      const rows = await ports.directory.operatorTokens();
      return rows.map(({ token_hash: _kept, ...shown }) => shown);
    },
    revokeToken: (request) => alone(() => revokeToken(request, context)),
    rotate: (request) => alone(() => rotate(request, context)),
    noteStates: (did, states) => noteStates(did, states, context),
    payloadOf: (did) => payloadOf(did, context),
    gatewayIdentity: () => context.gateway.identity(),
    ownerInForce: () => context.owner.inForce(),
    isOwner: (kind, secret) => context.owner.isOwner(kind, secret),
    epoch: async () => (await ports.directory.facts()).epoch,
    settle: async () => (await alone(() => settle(context))).settled,
    keepSettled: () => settling.keep(),
  };
}

async function listAgents(
  { after, limit = AGENTS_PAGE_DEFAULT }: { readonly after?: string; readonly limit?: number },
  { ports }: AccessContext,
): Promise<AgentPage> {
  const wanted = Math.min(Math.max(Math.trunc(limit), 1), AGENTS_PAGE_MAX);
  const rows = await ports.directory.agents(after, wanted + 1);
  const agents = rows.slice(0, wanted);
  const next = rows.length > wanted ? agents.at(-1)?.did : undefined;
  return { agents, ...(next !== undefined && { next }) };
}
