/** How a link becomes an agent: every adapter decides it here, within one transaction. */
import { sameSecret } from "@tau-edge/identity";
import type {
  AgentRow,
  ExchangeOutcome,
  ExchangeRefusal,
  ExchangeRequest,
  NewAccess,
  RenewOutcome,
  RenewRequest,
} from "./agent-directory.ts";
import type { DirectoryRows, StoredAgent, StoredLink } from "./directory-rows.ts";
import { AGENT_ACCESS_MAX } from "./limits.ts";

const HASH_BYTES = 32;

export function exchangeLink(rows: DirectoryRows, request: ExchangeRequest): ExchangeOutcome {
  assertHash(request.check);
  const link = rows.link(request.link_id);
  if (link === undefined) return refused("unknown");
  const hasSecret = sameSecret(link.check, request.check);
  if (link.state === "used") return repeatedExchange(rows, link, request, hasSecret);
  if (link.state !== "open") return refused(link.state);
  if (request.now_unix_ms >= link.expires_unix_ms) return refused("expired");
  if (!hasSecret) return refused(countWrongSecret(rows, link, request.tries_max));
  if (link.expected_did !== undefined && link.expected_did !== request.did)
    return refused(countSecondUse(rows, link, "other_did"));
  return firstExchange(rows, link, request);
}

export function renewAccess(rows: DirectoryRows, request: RenewRequest): RenewOutcome {
  const { did, jkt, access, now_unix_ms } = request;
  if (rows.revocation(did) !== undefined) return { outcome: "refused", reason: "revoked" };
  const agent = rows.agent(did);
  if (agent === undefined || agent.jkt !== jkt) return { outcome: "refused", reason: "unknown" };
  return { outcome: "renewed", agent: grant(rows, agent, access, now_unix_ms) };
}

/** Of an agent what may be shown. */
export function agentView({ jkt: _jkt, ...agent }: StoredAgent): AgentRow {
  return agent;
}

function firstExchange(rows: DirectoryRows, link: StoredLink, request: ExchangeRequest): ExchangeOutcome {
  const { did, jkt, now_unix_ms } = request;
  if (rows.revocation(did) !== undefined) return refused("revoked");
  const known = rows.agent(did);
  if (known !== undefined && known.jkt !== jkt) return refused("other_did");
  if (known === undefined && rows.liveAgentCount() >= request.agents_max) return refused("agents_full");
  rows.putLink({ ...link, state: "used", used_by: did, used_unix_ms: now_unix_ms });
  // What an earlier link allowed ends with it: a leaked token must not gain what this link allows, nor outlive it.
  for (const { token_hash } of rows.accessOf(did)) rows.dropAccess(token_hash);
  const agent: StoredAgent = {
    did,
    jkt,
    subject: link.subject,
    scopes: link.scopes,
    assurance: known?.assurance === "dev" ? "dev" : request.assurance,
    registered_unix_ms: now_unix_ms,
    renewed_unix_ms: now_unix_ms,
    states: known?.states ?? [],
  };
  return { outcome: "registered", agent: grant(rows, agent, request.access, now_unix_ms) };
}

function repeatedExchange(
  rows: DirectoryRows,
  link: StoredLink,
  request: ExchangeRequest,
  hasSecret: boolean,
): ExchangeOutcome {
  const { did, jkt, now_unix_ms, repeat_ms } = request;
  if (!hasSecret) return refused("wrong_secret");
  if (link.used_by !== did) return refused(countSecondUse(rows, link, "used"));
  if (rows.revocation(did) !== undefined) return refused("revoked");
  const agent = rows.agent(did);
  if (agent === undefined || agent.jkt !== jkt) return refused("other_did");
  if (!link.repeatable) return refused("rotated");
  // Clocks of two gateways differ a little, so the repetition may seem to come first.
  const isLate = Math.abs(now_unix_ms - (link.used_unix_ms ?? 0)) > repeat_ms;
  if (isLate) return refused("used");
  return { outcome: "repeated", agent: grant(rows, agent, request.access, now_unix_ms) };
}

function grant(rows: DirectoryRows, agent: StoredAgent, access: NewAccess, now_unix_ms: number): AgentRow {
  assertHash(access.token_hash);
  const renewed = { ...agent, renewed_unix_ms: now_unix_ms };
  rows.putAgent(renewed);
  const alive = rows.accessOf(agent.did);
  const tooMany = Math.max(0, alive.length + 1 - AGENT_ACCESS_MAX);
  for (const { token_hash } of alive.slice(0, tooMany)) rows.dropAccess(token_hash);
  if (rows.findAccess(access.token_hash) !== undefined) throw new RangeError("this access token was given before");
  rows.addAccess({ ...access, did: agent.did });
  return agentView(renewed);
}

function countWrongSecret(rows: DirectoryRows, link: StoredLink, tries_max: number): ExchangeRefusal {
  const wrong_secrets = link.wrong_secrets + 1;
  const isBurned = wrong_secrets >= tries_max;
  rows.putLink({ ...link, wrong_secrets, state: isBurned ? "burned" : "open" });
  return isBurned ? "burned" : "wrong_secret";
}

function countSecondUse<R extends ExchangeRefusal>(rows: DirectoryRows, link: StoredLink, reason: R): R {
  rows.putLink({ ...link, second_uses: link.second_uses + 1 });
  return reason;
}

function refused(reason: ExchangeRefusal): ExchangeOutcome {
  return { outcome: "refused", reason };
}

/** A shorter one would be easier to guess, and an empty one is everybody's. */
export function assertHash(bytes: Uint8Array): void {
  if (bytes.length !== HASH_BYTES) throw new RangeError(`a hash has ${HASH_BYTES} bytes, not ${bytes.length}`);
}
