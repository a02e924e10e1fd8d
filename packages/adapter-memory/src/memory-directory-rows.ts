/** The agent directory's rows in maps. */
import { compareUtf8, toHex } from "@tau-edge/encoding";
import type {
  DirectoryFacts,
  DirectoryRows,
  FoundAccess,
  KeptSecret,
  OperatorTokenRow,
  OwnerCredential,
  StoredAccess,
  StoredAgent,
  StoredLink,
} from "@tau-edge/ports";

/** Rows are never changed, only replaced, so a copy of the maps is a copy of everything. */
export class MemoryDirectoryRows implements DirectoryRows {
  #epoch = 0;
  #owner: OwnerCredential | undefined;
  #retired: readonly OwnerCredential[] = [];
  #secrets = new Map<KeptSecret, Uint8Array>();
  #links = new Map<string, StoredLink>();
  #agents = new Map<string, StoredAgent>();
  #revoked = new Map<string, number>();
  /** By hash in hex, in the order in which they were given. */
  #access = new Map<string, StoredAccess>();
  #operators = new Map<string, OperatorTokenRow>();

  copy(): MemoryDirectoryRows {
    const copy = new MemoryDirectoryRows();
    copy.#epoch = this.#epoch;
    copy.#owner = this.#owner;
    copy.#retired = this.#retired;
    copy.#secrets = new Map(this.#secrets);
    copy.#links = new Map(this.#links);
    copy.#agents = new Map(this.#agents);
    copy.#revoked = new Map(this.#revoked);
    copy.#access = new Map(this.#access);
    copy.#operators = new Map(this.#operators);
    return copy;
  }

  facts(): DirectoryFacts {
    const bootstrap_key = this.secret("bootstrap_key");
    return {
      epoch: this.#epoch,
      ...(this.#owner === undefined ? {} : { owner: this.#owner }),
      retired: this.#retired,
      ...(bootstrap_key === undefined ? {} : { bootstrap_key }),
    };
  }

  setEpoch(epoch: number): void {
    this.#epoch = epoch;
  }

  setOwner(owner: OwnerCredential): void {
    this.#owner = { ...owner };
  }

  retire({ kind, verifier }: OwnerCredential): void {
    const isThere = this.#retired.some((one) => one.kind === kind && one.verifier === verifier);
    if (!isThere) this.#retired = [...this.#retired, { kind, verifier }];
  }

  secret(name: KeptSecret): Uint8Array | undefined {
    return this.#secrets.get(name)?.slice();
  }

  setSecret(name: KeptSecret, bytes: Uint8Array): void {
    this.#secrets.set(name, bytes.slice());
  }

  link(link_id: string): StoredLink | undefined {
    return this.#links.get(link_id);
  }

  putLink(link: StoredLink): void {
    this.#links.set(link.link_id, { ...link, check: link.check.slice() });
  }

  links(now_unix_ms: number, limit: number): readonly StoredLink[] {
    const latest = [...this.#links.values()].reverse();
    const openFirst = latest.toSorted((a, b) => Number(isOpen(b, now_unix_ms)) - Number(isOpen(a, now_unix_ms)));
    const listed = new Set(openFirst.slice(0, limit));
    return latest.filter((link) => listed.has(link));
  }

  linkCount(): number {
    return this.#links.size;
  }

  openLinkCount(now_unix_ms: number): number {
    return [...this.#links.values()].filter((link) => isOpen(link, now_unix_ms)).length;
  }

  voidLinks(now_unix_ms: number): number {
    let open = 0;
    for (const link of [...this.#links.values()])
      if (isOpen(link, now_unix_ms)) {
        open += 1;
        this.putLink({ ...link, state: "rotated" });
      } else if (link.state === "used") this.putLink({ ...link, repeatable: false });
    return open;
  }

  dropOldestClosedLink(now_unix_ms: number): boolean {
    for (const link of this.#links.values()) if (!isOpen(link, now_unix_ms)) return this.#links.delete(link.link_id);
    return false;
  }

  dropLinks(expired_unix_ms: number, limit: number): number {
    const gone = [...this.#links.values()].filter((link) => link.expires_unix_ms <= expired_unix_ms).slice(0, limit);
    for (const { link_id } of gone) this.#links.delete(link_id);
    return gone.length;
  }

  agent(did: string): StoredAgent | undefined {
    const agent = this.#agents.get(did);
    const revoked_unix_ms = this.#revoked.get(did);
    return agent === undefined || revoked_unix_ms === undefined ? agent : { ...agent, revoked_unix_ms };
  }

  putAgent({ revoked_unix_ms: _elsewhere, ...agent }: StoredAgent): void {
    this.#agents.set(agent.did, agent);
  }

  agents(after: string | undefined, limit: number): readonly StoredAgent[] {
    const dids = [...this.#agents.keys()].filter((did) => after === undefined || compareUtf8(did, after) > 0);
    return dids
      .sort(compareUtf8)
      .slice(0, limit)
      .flatMap((did) => this.agent(did) ?? []);
  }

  liveAgentCount(): number {
    return this.liveAgentsSince(Number.NEGATIVE_INFINITY).length;
  }

  liveAgentsSince(registered_unix_ms: number): readonly string[] {
    const live = [...this.#agents.values()].filter(({ did }) => !this.#revoked.has(did));
    return live.filter((agent) => agent.registered_unix_ms >= registered_unix_ms).map(({ did }) => did);
  }

  revocation(did: string): number | undefined {
    return this.#revoked.get(did);
  }

  revoke(did: string, now_unix_ms: number): void {
    this.#revoked.set(did, now_unix_ms);
  }

  findAccess(token_hash: Uint8Array): FoundAccess | undefined {
    const access = this.#access.get(toHex(token_hash));
    const agent = access && this.#agents.get(access.did);
    if (access === undefined || agent === undefined) return undefined;
    return { did: agent.did, jkt: agent.jkt, scopes: agent.scopes, expires_unix_ms: access.expires_unix_ms };
  }

  addAccess(access: StoredAccess): void {
    this.#access.set(toHex(access.token_hash), { ...access, token_hash: access.token_hash.slice() });
  }

  accessOf(did: string): readonly StoredAccess[] {
    return [...this.#access.values()].filter((access) => access.did === did);
  }

  dropAccess(token_hash: Uint8Array): void {
    this.#access.delete(toHex(token_hash));
  }

  dropAllAccess(now_unix_ms: number): number {
    const good = [...this.#access.values()].filter(({ expires_unix_ms }) => expires_unix_ms > now_unix_ms);
    this.#access.clear();
    return good.length;
  }

  dropExpiredAccess(now_unix_ms: number, limit: number): number {
    const expired = [...this.#access.values()].filter(({ expires_unix_ms }) => expires_unix_ms <= now_unix_ms);
    const gone = expired.slice(0, limit);
    for (const { token_hash } of gone) this.dropAccess(token_hash);
    return gone.length;
  }

  findOperator(token_hash: Uint8Array): OperatorTokenRow | undefined {
    return this.#operators.get(toHex(token_hash));
  }

  operatorTokens(): readonly OperatorTokenRow[] {
    return [...this.#operators.values()].sort((a, b) => compareUtf8(a.name, b.name) || compareUtf8(a.slot, b.slot));
  }

  operatorTokensOf(name: string): readonly OperatorTokenRow[] {
    return this.operatorTokens().filter((row) => row.name === name);
  }

  putOperatorToken(row: OperatorTokenRow): void {
    this.#operators.set(toHex(row.token_hash), { ...row, token_hash: row.token_hash.slice() });
  }

  dropOperatorToken(token_hash: Uint8Array): void {
    this.#operators.delete(toHex(token_hash));
  }
}

function isOpen(link: StoredLink, now_unix_ms: number): boolean {
  return link.state === "open" && link.expires_unix_ms > now_unix_ms;
}
