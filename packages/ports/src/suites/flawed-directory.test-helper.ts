/** An agent directory in as few lines as it takes, made apart from the shared rules, with one flaw at a time. */
import { equalBytes } from "@tau-edge/encoding";
import type {
  AgentDirectory,
  AgentRow,
  ExchangeOutcome,
  ExchangeRequest,
  LinkRow,
  LinkView,
  NewAccess,
  OperatorTokenRow,
  OwnerCredential,
  RotationProof,
} from "../agent-directory.ts";
import {
  AGENT_ACCESS_MAX,
  AGENT_STATE_FRESH_MS,
  AGENT_STATES_MAX,
  DIRECTORY_FORGET_MAX,
  DIRECTORY_LINK_KEPT_MS,
  OPERATOR_TOKENS_MAX,
} from "../limits.ts";

type Open = { -readonly [K in keyof LinkView]: LinkView[K] } & { check: Uint8Array; repeats: boolean };
type Known = { -readonly [K in keyof AgentRow]: AgentRow[K] };

export class FlawedStore {
  epoch = 0;
  owner: OwnerCredential | undefined;
  retired: OwnerCredential[] = [];
  secrets = new Map<string, Uint8Array>();
  links: Open[] = [];
  agents = new Map<string, Known>();
  jkts = new Map<string, string>();
  revoked = new Map<string, number>();
  access: (NewAccess & { did: string })[] = [];
  tokens: OperatorTokenRow[] = [];

  /** All that is changed in its place, so that the copy stays what it is. */
  copy() {
    return {
      ...this,
      retired: [...this.retired],
      secrets: new Map(this.secrets),
      links: this.links.map((link) => ({ ...link })),
      agents: new Map([...this.agents].map(([did, agent]) => [did, { ...agent }])),
      jkts: new Map(this.jkts),
      revoked: new Map(this.revoked),
      access: [...this.access],
      tokens: [...this.tokens],
    };
  }
}

export function flawedDirectory(store: FlawedStore, flaw = ""): AgentDirectory {
  const sound = (what: string): boolean => what !== flaw;
  const isOpen = (link: Open, now: number) => link.state === "open" && (link.expires_unix_ms > now || !sound("expiry"));
  const linkBy = (id: string) => store.links.find(({ link_id }) => link_id === id);
  const viewOf = ({ check: secret, repeats: _repeats, ...link }: Open, now: number): LinkView => ({
    ...link,
    ...(sound("hidden check") ? {} : { check: secret }),
    state: link.state === "open" && link.expires_unix_ms <= now ? "expired" : link.state,
  });
  const agentBy = (did: string): AgentRow | undefined => {
    const agent = store.agents.get(did);
    const revoked = store.revoked.get(did);
    return agent && { ...agent, ...(revoked === undefined ? {} : { revoked_unix_ms: revoked }) };
  };
  const dropAccess = (of: (did: string) => boolean) => {
    const gone = store.access.filter(({ did }) => of(did));
    store.access = store.access.filter(({ did }) => !of(did));
    return gone;
  };
  const assertHash = (bytes: Uint8Array) => {
    if (bytes.length !== 32 && sound("whole hashes")) throw new RangeError("no hash");
  };
  const grant = (did: string, access: NewAccess, now: number): AgentRow => {
    const agent = store.agents.get(did);
    if (agent === undefined) throw new Error("nobody registered");
    if (sound("renewal time")) agent.renewed_unix_ms = now;
    if (store.access.some((one) => equalBytes(one.token_hash, access.token_hash))) throw new RangeError("given before");
    const own = store.access.filter((one) => one.did === did);
    if (!sound("oldest goes")) own.sort((a, b) => b.expires_unix_ms - a.expires_unix_ms);
    const keep = sound("two tokens") ? AGENT_ACCESS_MAX - 1 : own.length;
    const gone = new Set(own.slice(0, Math.max(0, own.length - keep)));
    store.access = [...store.access.filter((one) => !gone.has(one)), { ...access, did }];
    return agentBy(did) ?? agent;
  };
  const refuse = (reason: Extract<ExchangeOutcome, { outcome: "refused" }>["reason"]): ExchangeOutcome => ({
    outcome: "refused",
    reason,
  });
  const revoke = (did: string, now: number) => {
    if (sound("access of the revoked")) dropAccess((each) => each === did);
    if (store.revoked.has(did)) return false;
    if (store.agents.has(did) || sound("revoked strangers")) store.revoked.set(did, now);
    return true;
  };

  function repeated(link: Open, r: ExchangeRequest, matches: boolean): ExchangeOutcome {
    if (!matches && sound("secret of a repetition")) {
      if (!sound("used does not burn")) link.state = "burned";
      return refuse("wrong_secret");
    }
    if (link.used_by !== r.did && sound("key of a repetition")) {
      if (sound("second use")) link.second_uses += 1;
      return refuse("used");
    }
    if (store.revoked.has(r.did) && sound("repetition of the revoked")) return refuse("revoked");
    if (store.jkts.get(r.did) !== r.jkt && sound("thumbprint of a repetition")) return refuse("other_did");
    if (!link.repeats && sound("repetition after a rotation")) return refuse("rotated");
    if (r.now_unix_ms > (link.used_unix_ms ?? 0) + r.repeat_ms && sound("end of repetitions")) return refuse("used");
    return { outcome: "repeated", agent: grant(r.did, r.access, r.now_unix_ms) };
  }

  function exchange(r: ExchangeRequest): ExchangeOutcome {
    assertHash(r.check);
    const link = linkBy(r.link_id);
    if (link === undefined) return refuse("unknown");
    const matches = equalBytes(link.check, r.check) || !sound("secret");
    if (link.state === "used" && sound("one use")) return repeated(link, r, matches);
    if (link.state === "burned" || link.state === "revoked" || link.state === "rotated") return refuse(link.state);
    if (!isOpen(link, r.now_unix_ms) && sound("one use")) return refuse("expired");
    if (!matches) {
      if (sound("tries")) link.wrong_secrets += 1;
      if (link.wrong_secrets < r.tries_max) return refuse("wrong_secret");
      link.state = "burned";
      return refuse("burned");
    }
    if (link.expected_did !== undefined && link.expected_did !== r.did && sound("expected key")) {
      link.second_uses += 1;
      return refuse("other_did");
    }
    if (store.revoked.has(r.did) && sound("revoked for ever")) return refuse("revoked");
    const known = store.agents.get(r.did);
    if (known !== undefined && store.jkts.get(r.did) !== r.jkt && sound("thumbprint")) return refuse("other_did");
    const live = [...store.agents.keys()].filter((did) => !store.revoked.has(did) || !sound("revoked do not count"));
    const isFull = live.length >= r.agents_max && (known === undefined || !sound("known ones when full"));
    if (isFull && sound("agents max")) {
      if (!sound("open when full")) link.state = "used";
      return refuse("agents_full");
    }
    Object.assign(link, { state: "used", used_by: r.did, used_unix_ms: r.now_unix_ms });
    if (sound("access of before")) dropAccess((did) => did === r.did);
    store.agents.set(r.did, {
      did: r.did,
      subject: sound("new subject") ? link.subject : (known?.subject ?? link.subject),
      scopes: sound("new scopes") ? link.scopes : (known?.scopes ?? link.scopes),
      assurance: known?.assurance === "dev" && sound("dev for ever") ? "dev" : r.assurance,
      registered_unix_ms: sound("new registration") ? r.now_unix_ms : (known?.registered_unix_ms ?? r.now_unix_ms),
      renewed_unix_ms: r.now_unix_ms,
      states: sound("states stay") ? (known?.states ?? []) : [],
    });
    store.jkts.set(r.did, r.jkt);
    return { outcome: "registered", agent: grant(r.did, r.access, r.now_unix_ms) };
  }

  function addLink(link: LinkRow, open_links_max: number): "added" | "full" {
    assertHash(link.check);
    if (linkBy(link.link_id) !== undefined && sound("one link of an id")) throw new RangeError("there");
    const open = store.links.filter((each) =>
      sound("open links") ? isOpen(each, link.created_unix_ms) : each.state === "open",
    );
    if (open.length >= open_links_max && sound("open links max")) return "full";
    store.links.push({ ...link, state: "open", wrong_secrets: 0, second_uses: 0, repeats: true });
    return "added";
  }

  function promote(name: string): OperatorTokenRow[] {
    const rank = ({ slot }: OperatorTokenRow) => (slot === "current" ? 0 : 1);
    const own = store.tokens.filter((row) => row.name === name).sort((a, b) => rank(a) - rank(b));
    const [first] = own;
    if (first !== undefined && sound("promotion"))
      store.tokens = store.tokens.map((row) => (row === first ? { ...row, slot: "current" } : row));
    return own;
  }

  function addToken(row: OperatorTokenRow): "added" | "slots_taken" | "full" {
    const isOver = (old: OperatorTokenRow) => (old.expires_unix_ms ?? Infinity) <= row.created_unix_ms;
    if (sound("expired tokens")) store.tokens = store.tokens.filter((old) => old.name !== row.name || !isOver(old));
    const own = promote(row.name);
    const isTaken = store.tokens.some((old) => equalBytes(old.token_hash, row.token_hash));
    if (own.length > 1 && sound("two slots")) return "slots_taken";
    if (isTaken && sound("one token of a hash")) return "slots_taken";
    if (store.tokens.length >= OPERATOR_TOKENS_MAX && sound("tokens max")) return "full";
    if (isTaken) store.tokens = store.tokens.filter((old) => !equalBytes(old.token_hash, row.token_hash));
    store.tokens.push({ ...row, slot: own.length === 0 ? "current" : "next" });
    return "added";
  }

  function rotate(r: Parameters<AgentDirectory["rotate"]>[0]): RotationProof {
    const kept = { operator_tokens_kept: store.tokens.length };
    const none = { links_voided: 0, access_tokens_voided: 0, agents_revoked: 0 };
    if (r.epoch <= store.epoch && sound("once for an epoch"))
      return { epoch: store.epoch, applied: false, ...none, ...kept };
    store.epoch = r.epoch;
    const replaced = r.owner && store.owner?.verifier !== r.owner.verifier ? store.owner : undefined;
    if (r.owner !== undefined && sound("new owner")) store.owner = r.owner;
    if (!sound("retired for ever")) store.retired = [];
    for (const credential of [...(replaced && sound("replaced is retired") ? [replaced] : []), ...(r.retired ?? [])])
      if (!store.retired.some(({ verifier }) => verifier === credential.verifier) || !sound("retired once"))
        store.retired.push(credential);
    if (r.bootstrap_key !== undefined && sound("new bootstrap key"))
      store.secrets.set("bootstrap_key", r.bootstrap_key);
    const open = r.links ? store.links.filter((link) => isOpen(link, r.now_unix_ms)) : [];
    if (sound("links of a rotation")) for (const link of open) link.state = "rotated";
    if (r.links) for (const link of store.links) link.repeats = false;
    const voided = (r.tokens && sound("tokens of a rotation")) || !sound("tokens stay") ? dropAccess(() => true) : [];
    if (r.tokens && !sound("operators stay")) store.tokens = [];
    const since = r.agents_since_unix_ms ?? Infinity;
    const revoked = [...store.agents.values()].filter(
      ({ did, registered_unix_ms }) =>
        (sound("since then") ? registered_unix_ms >= since : registered_unix_ms > since) && !store.revoked.has(did),
    );
    const theirs = store.access.filter(({ did }) => revoked.some((agent) => agent.did === did));
    for (const { did } of revoked) revoke(did, r.now_unix_ms);
    const access_tokens_voided = [...voided, ...theirs].filter((one) => one.expires_unix_ms > r.now_unix_ms).length;
    const counts = { links_voided: open.length, access_tokens_voided, agents_revoked: revoked.length };
    return { epoch: r.epoch, applied: true, ...counts, ...kept };
  }

  function noteStates(did: string, told: AgentRow["states"]): void {
    const agent = store.agents.get(did);
    if (agent === undefined || (store.revoked.has(did) && sound("states of the revoked"))) return;
    const latest = new Map(agent.states.map((state) => [state.blueprint, state]));
    for (const state of told) {
      const before = latest.get(state.blueprint);
      const age = state.at_unix_ms - (before?.at_unix_ms ?? -Infinity);
      const isSame = before?.state === state.state && before.release === state.release;
      const wanted = isSame && sound("fresh states") ? AGENT_STATE_FRESH_MS : 0;
      if (age >= wanted || !sound("latest word")) latest.set(state.blueprint, state);
    }
    const order = [...latest.values()].sort((a, b) => b.at_unix_ms - a.at_unix_ms);
    agent.states = sound("states max") ? order.slice(0, AGENT_STATES_MAX) : order;
  }

  function forget(now: number): number {
    const max = sound("forgets in steps") ? DIRECTORY_FORGET_MAX : Infinity;
    const access = store.access.filter((one) => one.expires_unix_ms <= now).slice(0, max);
    store.access = store.access.filter((one) => !access.includes(one));
    const kept = sound("links are shown for a while") ? DIRECTORY_LINK_KEPT_MS : 0;
    const links = store.links.filter((one) => one.expires_unix_ms + kept <= now).slice(0, max - access.length);
    store.links = store.links.filter((one) => !links.includes(one));
    return access.length + links.length;
  }

  /** What throws on its way leaves everything as it was. */
  async function atomically<T>(change: () => T): Promise<T> {
    const before = store.copy();
    try {
      return change();
    } catch (error) {
      if (sound("all or nothing")) Object.assign(store, before);
      throw error;
    }
  }

  /** Reads first and writes later, as who asks two questions of a database without a transaction. */
  async function torn(r: ExchangeRequest): Promise<ExchangeOutcome> {
    const seen = store.copy();
    await Promise.resolve();
    const now = { ...store };
    Object.assign(store, seen);
    const outcome = exchange(r);
    store.agents = new Map([...now.agents, ...store.agents]);
    store.access = [...now.access, ...store.access];
    return outcome;
  }

  const secretOf = (name: string) => store.secrets.get(sound("names of secrets") ? name : "all");
  return {
    facts: async () => {
      const { epoch, owner, retired, secrets } = store;
      const bootstrap_key = secrets.get("bootstrap_key");
      return { epoch, retired, ...(owner && { owner }), ...(bootstrap_key && { bootstrap_key }) };
    },
    links: async (now) => {
      const views = store.links.map((link) => viewOf(link, now));
      return sound("latest link first") ? views.reverse() : views;
    },
    agents: async (after = "", limit) => {
      const dids = sound("order of agents") ? [...store.agents.keys()].sort() : [...store.agents.keys()];
      const live = sound("lists the revoked") ? dids : dids.filter((did) => !store.revoked.has(did));
      return live
        .filter((did) => did > after)
        .flatMap((did) => agentBy(did) ?? [])
        .slice(0, limit);
    },
    agent: async (did) => agentBy(did),
    operatorTokens: async () =>
      store.tokens.toSorted((a, b) => (`${a.name} ${a.slot}` < `${b.name} ${b.slot}` ? -1 : 1)),
    findAccess: (hash) => {
      const found = store.access.find(({ token_hash }) => equalBytes(token_hash, hash));
      const agent = found && store.agents.get(found.did);
      if (found === undefined || agent === undefined) return undefined;
      const { did, scopes } = agent;
      return { did, jkt: store.jkts.get(did) ?? "", scopes, expires_unix_ms: found.expires_unix_ms };
    },
    findOperator: (hash) => store.tokens.find(({ token_hash }) => equalBytes(token_hash, hash)),
    addLink: (link, limits) => atomically(() => addLink(link, limits.open_links_max)),
    revokeLink: (id, now) =>
      atomically(() => {
        const link = linkBy(id);
        if (link === undefined || (!isOpen(link, now) && sound("revokes open links only"))) return false;
        if (sound("revoked links")) link.state = "revoked";
        return true;
      }),
    exchange: (r) => (sound("one transaction") ? atomically(() => exchange(r)) : torn(r)),
    renew: (r) =>
      atomically(() => {
        if (store.revoked.has(r.did) && sound("renewal of the revoked"))
          return { outcome: "refused", reason: "revoked" } as const;
        if (store.jkts.get(r.did) !== r.jkt && sound("thumbprint of a renewal"))
          return { outcome: "refused", reason: "unknown" } as const;
        return { outcome: "renewed", agent: grant(r.did, r.access, r.now_unix_ms) } as const;
      }),
    revokeAgent: (did, now) => atomically(() => revoke(did, now)),
    noteStates: (did, states) => atomically(() => noteStates(did, states)),
    addOperatorToken: (row) => atomically(() => addToken(row)),
    revokeOperatorToken: (name, which) =>
      atomically(() => {
        const before = store.tokens.length;
        const isMeant = (row: OperatorTokenRow): boolean => {
          if (typeof which === "string") return which === "both" || row.slot === which;
          return equalBytes(row.token_hash, which) || !sound("that token and no other");
        };
        store.tokens = store.tokens.filter((row) => row.name !== name || !isMeant(row));
        promote(name);
        return before - store.tokens.length;
      }),
    rotate: (rotation) => atomically(() => rotate(rotation)),
    keepSecret: (name, make) =>
      atomically(() => {
        const kept = sound("first secret stays") ? secretOf(name) : undefined;
        const secret = kept ?? make();
        store.secrets.set(sound("names of secrets") ? name : "all", secret);
        return secret;
      }),
    forgetExpired: (now) => atomically(() => forget(now)),
  };
}
