/** What every adapter of the agent directory does alike, each method within one transaction. */
import { compareUtf8, equalBytes } from "@tau-edge/encoding";
import type {
  AgentRow,
  AgentState,
  DirectoryFacts,
  ExchangeOutcome,
  ExchangeRequest,
  FoundAccess,
  KeptSecret,
  LinkRow,
  LinkView,
  OperatorTokenRow,
  OwnerCredential,
  RenewOutcome,
  RenewRequest,
  Rotation,
  RotationProof,
  TokenChoice,
} from "./agent-directory.ts";
import { agentView, assertHash, exchangeLink, renewAccess } from "./directory-exchange.ts";
import type { DirectoryRows, StoredLink } from "./directory-rows.ts";
import {
  AGENT_STATE_FRESH_MS,
  AGENT_STATES_MAX,
  DIRECTORY_FORGET_MAX,
  DIRECTORY_LINK_KEPT_MS,
  DIRECTORY_LINKS_LISTED_MAX,
  DIRECTORY_LINKS_MAX,
  OPERATOR_TOKENS_MAX,
} from "./limits.ts";

const SCOPE = /^[!-~]+$/;
const NOTHING_ROTATED = { applied: false, links_voided: 0, access_tokens_voided: 0, agents_revoked: 0 } as const;

export class DirectoryWork {
  readonly #rows: DirectoryRows;

  constructor(rows: DirectoryRows) {
    this.#rows = rows;
  }

  facts(): DirectoryFacts {
    return this.#rows.facts();
  }

  links(now_unix_ms: number): readonly LinkView[] {
    return this.#rows.links(now_unix_ms, DIRECTORY_LINKS_LISTED_MAX).map((link) => linkView(link, now_unix_ms));
  }

  agents(after: string | undefined, limit: number): readonly AgentRow[] {
    return this.#rows.agents(after, Math.max(0, limit)).map(agentView);
  }

  agent(did: string): AgentRow | undefined {
    const agent = this.#rows.agent(did);
    return agent && agentView(agent);
  }

  operatorTokens(): readonly OperatorTokenRow[] {
    return this.#rows.operatorTokens();
  }

  findAccess(token_hash: Uint8Array): FoundAccess | undefined {
    return this.#rows.findAccess(token_hash);
  }

  findOperator(token_hash: Uint8Array): OperatorTokenRow | undefined {
    return this.#rows.findOperator(token_hash);
  }

  addLink(link: LinkRow, limits: { readonly open_links_max: number }): "added" | "full" {
    assertHash(link.check);
    if (this.#rows.link(link.link_id) !== undefined) throw new RangeError("a link of this id is there already");
    const now_unix_ms = link.created_unix_ms;
    if (this.#rows.openLinkCount(now_unix_ms) >= limits.open_links_max) return "full";
    if (this.#rows.linkCount() >= DIRECTORY_LINKS_MAX && !this.#rows.dropOldestClosedLink(now_unix_ms)) return "full";
    this.#rows.putLink({ ...link, state: "open", wrong_secrets: 0, second_uses: 0, repeatable: true });
    return "added";
  }

  revokeLink(link_id: string, now_unix_ms: number): boolean {
    const link = this.#rows.link(link_id);
    if (link === undefined || stateOf(link, now_unix_ms) !== "open") return false;
    this.#rows.putLink({ ...link, state: "revoked" });
    return true;
  }

  exchange(request: ExchangeRequest): ExchangeOutcome {
    return exchangeLink(this.#rows, request);
  }

  renew(request: RenewRequest): RenewOutcome {
    return renewAccess(this.#rows, request);
  }

  revokeAgent(did: string, now_unix_ms: number): boolean {
    for (const { token_hash } of this.#rows.accessOf(did)) this.#rows.dropAccess(token_hash);
    if (this.#rows.revocation(did) !== undefined) return false;
    this.#rows.revoke(did, now_unix_ms);
    return true;
  }

  noteStates(did: string, states: readonly AgentState[]): void {
    const agent = this.#rows.agent(did);
    if (agent === undefined || agent.revoked_unix_ms !== undefined) return;
    const noted = withStates(agent.states, states);
    if (noted !== agent.states) this.#rows.putAgent({ ...agent, states: noted });
  }

  addOperatorToken(row: OperatorTokenRow): "added" | "slots_taken" | "full" {
    assertHash(row.token_hash);
    if (!row.scopes.every((scope) => SCOPE.test(scope))) throw new RangeError("a scope is a word of ASCII");
    for (const old of this.#rows.operatorTokensOf(row.name))
      if ((old.expires_unix_ms ?? Number.POSITIVE_INFINITY) <= row.created_unix_ms)
        this.#rows.dropOperatorToken(old.token_hash);
    const taken = this.#promoted(row.name);
    if (taken.length > 1 || this.#rows.findOperator(row.token_hash) !== undefined) return "slots_taken";
    if (this.#rows.operatorTokens().length >= OPERATOR_TOKENS_MAX) return "full";
    this.#rows.putOperatorToken({ ...row, slot: taken.length === 0 ? "current" : "next" });
    return "added";
  }

  revokeOperatorToken(name: string, which: TokenChoice): number {
    const gone = this.#rows
      .operatorTokensOf(name)
      .filter(({ slot, token_hash }) =>
        which instanceof Uint8Array ? equalBytes(token_hash, which) : which === "both" || which === slot,
      );
    for (const { token_hash } of gone) this.#rows.dropOperatorToken(token_hash);
    this.#promoted(name);
    return gone.length;
  }

  rotate(rotation: Rotation): RotationProof {
    const { epoch, now_unix_ms, owner, retired = [], bootstrap_key, agents_since_unix_ms } = rotation;
    const operator_tokens_kept = this.#rows.operatorTokens().length;
    const before = this.#rows.facts().epoch;
    if (!Number.isSafeInteger(epoch)) throw new RangeError("an epoch is a whole number");
    if (epoch <= before) return { ...NOTHING_ROTATED, epoch: before, operator_tokens_kept };
    this.#rows.setEpoch(epoch);
    if (owner !== undefined) this.#replaceOwner(owner);
    for (const credential of retired) this.#rows.retire(credential);
    if (bootstrap_key !== undefined) this.#rows.setSecret("bootstrap_key", bootstrap_key);
    const links_voided = rotation.links ? this.#rows.voidLinks(now_unix_ms) : 0;
    const voided = rotation.tokens ? this.#rows.dropAllAccess(now_unix_ms) : 0;
    const revoked = agents_since_unix_ms === undefined ? [] : this.#rows.liveAgentsSince(agents_since_unix_ms);
    const theirs = revoked
      .flatMap((did) => this.#rows.accessOf(did))
      .filter((one) => one.expires_unix_ms > now_unix_ms);
    for (const did of revoked) this.revokeAgent(did, now_unix_ms);
    const access_tokens_voided = voided + theirs.length;
    const agents_revoked = revoked.length;
    return { epoch, applied: true, links_voided, access_tokens_voided, agents_revoked, operator_tokens_kept };
  }

  secret(name: KeptSecret): Uint8Array | undefined {
    return this.#rows.secret(name);
  }

  keepSecret(name: KeptSecret, made: Uint8Array): Uint8Array {
    const kept = this.#rows.secret(name);
    if (kept === undefined) this.#rows.setSecret(name, made);
    return kept ?? made;
  }

  forgetExpired(now_unix_ms: number): number {
    const access = this.#rows.dropExpiredAccess(now_unix_ms, DIRECTORY_FORGET_MAX);
    const links = this.#rows.dropLinks(now_unix_ms - DIRECTORY_LINK_KEPT_MS, DIRECTORY_FORGET_MAX - access);
    return access + links;
  }

  /** Who rotates may not have heard of the one that is in force by now. */
  #replaceOwner(owner: OwnerCredential): void {
    const replaced = this.#rows.facts().owner;
    if (replaced !== undefined && replaced.verifier !== owner.verifier) this.#rows.retire(replaced);
    this.#rows.setOwner(owner);
  }

  /** The tokens of the name after the first of them has become `current`. */
  #promoted(name: string): readonly OperatorTokenRow[] {
    const [first, ...others] = this.#rows.operatorTokensOf(name);
    if (first === undefined) return [];
    const current: OperatorTokenRow = { ...first, slot: "current" };
    if (first.slot !== "current") this.#rows.putOperatorToken(current);
    return [current, ...others];
  }
}

function linkView({ check: _check, repeatable: _repeatable, ...link }: StoredLink, now_unix_ms: number): LinkView {
  return { ...link, state: stateOf(link, now_unix_ms) };
}

function stateOf(
  { state, expires_unix_ms }: Pick<StoredLink, "state" | "expires_unix_ms">,
  now_unix_ms: number,
): LinkView["state"] {
  return state === "open" && now_unix_ms >= expires_unix_ms ? "expired" : state;
}

/** @returns `known` itself when nothing that was told is news */
function withStates(known: readonly AgentState[], told: readonly AgentState[]): readonly AgentState[] {
  const latest = new Map(known.map((state) => [keyOf(state), state]));
  let isNews = false;
  for (const state of told) {
    const before = latest.get(keyOf(state));
    if (before !== undefined && !isNewer(state, before)) continue;
    latest.set(keyOf(state), state);
    isNews = true;
  }
  if (!isNews) return known;
  return [...latest.values()]
    .sort((a, b) => b.at_unix_ms - a.at_unix_ms || compareUtf8(keyOf(a), keyOf(b)))
    .slice(0, AGENT_STATES_MAX);
}

function isNewer(state: AgentState, before: AgentState): boolean {
  const age_ms = state.at_unix_ms - before.at_unix_ms;
  const isSame = state.state === before.state && state.release === before.release;
  return isSame ? age_ms >= AGENT_STATE_FRESH_MS : age_ms >= 0;
}

function keyOf({ environment, blueprint }: AgentState): string {
  return `${environment}/${blueprint}`;
}
