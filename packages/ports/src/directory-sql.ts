/** The directory's rows in SQLite: on Node, on Deno and in a Durable Object alike. */
import type { DirectoryFacts, FoundAccess, KeptSecret, OperatorTokenRow, OwnerCredential } from "./agent-directory.ts";
import type { DirectoryRows, StoredAccess, StoredAgent, StoredLink } from "./directory-rows.ts";
import {
  accessOf,
  agentOf,
  credentialOf,
  foundOf,
  linkOf,
  operatorOf,
  RowReader,
  type SqlRow,
  type SqlValue,
  statesText,
} from "./directory-values.ts";

/** Runs one statement within the transaction of the caller. Its rows are read when it returns. */
export type Sql = (statement: string, ...values: SqlValue[]) => readonly SqlRow[];

const PUT_LINK = `INSERT INTO link (link_id, secret_check, subject, scopes, expected_did, created_unix_ms,
  expires_unix_ms, created_by, state, used_by, used_unix_ms, wrong_secrets, second_uses, repeatable)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (link_id) DO UPDATE SET state = excluded.state, used_by = excluded.used_by,
  used_unix_ms = excluded.used_unix_ms, wrong_secrets = excluded.wrong_secrets,
  second_uses = excluded.second_uses, repeatable = excluded.repeatable`;
const LISTED = `WHERE number IN
  (SELECT number FROM link ORDER BY state = 'open' AND expires_unix_ms > ? DESC, number DESC LIMIT ?)
  ORDER BY number DESC`;
const DROP_OLDEST_CLOSED_LINK = `DELETE FROM link WHERE number =
  (SELECT number FROM link WHERE state <> 'open' OR expires_unix_ms <= ? ORDER BY number LIMIT 1) RETURNING number`;
const DROP_LINKS = `DELETE FROM link WHERE number IN
  (SELECT number FROM link WHERE expires_unix_ms <= ? ORDER BY expires_unix_ms LIMIT ?) RETURNING number`;
const AGENT = "SELECT agent.*, revoked_unix_ms FROM agent LEFT JOIN revoked ON revoked.did = agent.did";
const PUT_AGENT = `INSERT INTO agent (did, jkt, scopes, subject, assurance, registered_unix_ms, renewed_unix_ms, states)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (did) DO UPDATE SET jkt = excluded.jkt, scopes = excluded.scopes, subject = excluded.subject,
  assurance = excluded.assurance, registered_unix_ms = excluded.registered_unix_ms,
  renewed_unix_ms = excluded.renewed_unix_ms, states = excluded.states`;
const LIVE_AGENT_COUNT = `SELECT (SELECT count(*) FROM agent)
  - (SELECT count(*) FROM revoked WHERE did IN (SELECT did FROM agent)) AS n`;
const LIVE_SINCE = `SELECT did FROM agent WHERE registered_unix_ms >= ? AND did NOT IN (SELECT did FROM revoked)`;
const FIND_ACCESS = `SELECT access.did, jkt, scopes, expires_unix_ms
  FROM access JOIN agent ON agent.did = access.did WHERE token_hash = ?`;
const DROP_EXPIRED_ACCESS = `DELETE FROM access WHERE number IN
  (SELECT number FROM access WHERE expires_unix_ms <= ? ORDER BY expires_unix_ms LIMIT ?) RETURNING number`;
const FIND_OPERATOR = "SELECT * FROM operator_token WHERE token_hash = ?";
const PUT_OPERATOR = `INSERT INTO operator_token
  (token_hash, name, slot, scopes, created_unix_ms, expires_unix_ms, created_by) VALUES (?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (token_hash) DO UPDATE SET slot = excluded.slot`;

export class SqlDirectoryRows implements DirectoryRows {
  readonly #run: Sql;
  readonly #place: string;

  /** @param place for `at` of errors */
  constructor(sql: Sql, place: string) {
    this.#run = sql;
    this.#place = place;
  }

  facts(): DirectoryFacts {
    const [epoch] = this.#sql("SELECT epoch FROM epoch");
    const [owner] = this.#sql("SELECT kind, verifier FROM owner");
    const bootstrap_key = this.secret("bootstrap_key");
    return {
      epoch: epoch === undefined ? 0 : epoch.number("epoch"),
      ...(owner === undefined ? {} : { owner: credentialOf(owner) }),
      retired: this.#sql("SELECT kind, verifier FROM retired ORDER BY number").map(credentialOf),
      ...(bootstrap_key === undefined ? {} : { bootstrap_key }),
    };
  }

  setEpoch(epoch: number): void {
    this.#sql("INSERT OR REPLACE INTO epoch (only_row, epoch) VALUES (1, ?)", epoch);
  }

  setOwner({ kind, verifier }: OwnerCredential): void {
    this.#sql("INSERT OR REPLACE INTO owner (only_row, kind, verifier) VALUES (1, ?, ?)", kind, verifier);
  }

  retire({ kind, verifier }: OwnerCredential): void {
    this.#sql("INSERT OR IGNORE INTO retired (kind, verifier) VALUES (?, ?)", kind, verifier);
  }

  secret(name: KeptSecret): Uint8Array | undefined {
    const [row] = this.#sql("SELECT bytes FROM secret WHERE name = ?", name);
    return row?.bytes("bytes");
  }

  setSecret(name: KeptSecret, bytes: Uint8Array): void {
    this.#sql("INSERT OR REPLACE INTO secret (name, bytes) VALUES (?, ?)", name, bytes);
  }

  link(link_id: string): StoredLink | undefined {
    return this.#links("WHERE link_id = ?", link_id)[0];
  }

  putLink(link: StoredLink): void {
    this.#sql(
      PUT_LINK,
      link.link_id,
      link.check,
      link.subject,
      link.scopes.join(" "),
      link.expected_did ?? null,
      link.created_unix_ms,
      link.expires_unix_ms,
      link.created_by,
      link.state,
      link.used_by ?? null,
      link.used_unix_ms ?? null,
      link.wrong_secrets,
      link.second_uses,
      link.repeatable ? 1 : 0,
    );
  }

  links(now_unix_ms: number, limit: number): readonly StoredLink[] {
    return this.#links(LISTED, now_unix_ms, limit);
  }

  linkCount(): number {
    return this.#count("SELECT count(*) AS n FROM link");
  }

  openLinkCount(now_unix_ms: number): number {
    return this.#count("SELECT count(*) AS n FROM link WHERE state = 'open' AND expires_unix_ms > ?", now_unix_ms);
  }

  voidLinks(now_unix_ms: number): number {
    const open = this.openLinkCount(now_unix_ms);
    this.#sql("UPDATE link SET state = 'rotated' WHERE state = 'open' AND expires_unix_ms > ?", now_unix_ms);
    this.#sql("UPDATE link SET repeatable = 0 WHERE state = 'used'");
    return open;
  }

  dropOldestClosedLink(now_unix_ms: number): boolean {
    return this.#sql(DROP_OLDEST_CLOSED_LINK, now_unix_ms).length > 0;
  }

  dropLinks(expired_unix_ms: number, limit: number): number {
    return this.#sql(DROP_LINKS, expired_unix_ms, limit).length;
  }

  agent(did: string): StoredAgent | undefined {
    return this.#agents("WHERE agent.did = ?", did)[0];
  }

  putAgent(agent: StoredAgent): void {
    this.#sql(
      PUT_AGENT,
      agent.did,
      agent.jkt,
      agent.scopes.join(" "),
      agent.subject,
      agent.assurance,
      agent.registered_unix_ms,
      agent.renewed_unix_ms,
      statesText(agent.states),
    );
  }

  agents(after: string | undefined, limit: number): readonly StoredAgent[] {
    // No DID is empty, so every one comes after the empty text.
    return this.#agents("WHERE agent.did > ? ORDER BY agent.did LIMIT ?", after ?? "", limit);
  }

  liveAgentCount(): number {
    return this.#count(LIVE_AGENT_COUNT);
  }

  liveAgentsSince(registered_unix_ms: number): readonly string[] {
    return this.#sql(LIVE_SINCE, registered_unix_ms).map((row) => row.text("did"));
  }

  revocation(did: string): number | undefined {
    const [row] = this.#sql("SELECT revoked_unix_ms FROM revoked WHERE did = ?", did);
    return row?.number("revoked_unix_ms");
  }

  revoke(did: string, now_unix_ms: number): void {
    this.#sql("INSERT OR IGNORE INTO revoked (did, revoked_unix_ms) VALUES (?, ?)", did, now_unix_ms);
  }

  findAccess(token_hash: Uint8Array): FoundAccess | undefined {
    const [row] = this.#sql(FIND_ACCESS, token_hash);
    return row && foundOf(row);
  }

  addAccess({ token_hash, did, expires_unix_ms }: StoredAccess): void {
    const statement = "INSERT INTO access (token_hash, did, expires_unix_ms) VALUES (?, ?, ?)";
    this.#sql(statement, token_hash, did, expires_unix_ms);
  }

  accessOf(did: string): readonly StoredAccess[] {
    return this.#sql("SELECT token_hash, did, expires_unix_ms FROM access WHERE did = ? ORDER BY number", did).map(
      accessOf,
    );
  }

  dropAccess(token_hash: Uint8Array): void {
    this.#sql("DELETE FROM access WHERE token_hash = ?", token_hash);
  }

  dropAllAccess(now_unix_ms: number): number {
    const good = this.#count("SELECT count(*) AS n FROM access WHERE expires_unix_ms > ?", now_unix_ms);
    this.#sql("DELETE FROM access");
    return good;
  }

  dropExpiredAccess(now_unix_ms: number, limit: number): number {
    return this.#sql(DROP_EXPIRED_ACCESS, now_unix_ms, limit).length;
  }

  findOperator(token_hash: Uint8Array): OperatorTokenRow | undefined {
    return this.#operators(FIND_OPERATOR, token_hash)[0];
  }

  operatorTokens(): readonly OperatorTokenRow[] {
    return this.#operators("SELECT * FROM operator_token ORDER BY name, slot");
  }

  operatorTokensOf(name: string): readonly OperatorTokenRow[] {
    return this.#operators("SELECT * FROM operator_token WHERE name = ? ORDER BY slot", name);
  }

  putOperatorToken(row: OperatorTokenRow): void {
    const { token_hash, name, slot, scopes, created_unix_ms, expires_unix_ms = null, created_by } = row;
    this.#sql(PUT_OPERATOR, token_hash, name, slot, scopes.join(" "), created_unix_ms, expires_unix_ms, created_by);
  }

  dropOperatorToken(token_hash: Uint8Array): void {
    this.#sql("DELETE FROM operator_token WHERE token_hash = ?", token_hash);
  }

  #links(which: string, ...values: SqlValue[]): readonly StoredLink[] {
    return this.#sql(`SELECT * FROM link ${which}`, ...values).map(linkOf);
  }

  #agents(which: string, ...values: SqlValue[]): readonly StoredAgent[] {
    return this.#sql(`${AGENT} ${which}`, ...values).map(agentOf);
  }

  #operators(statement: string, ...values: SqlValue[]): readonly OperatorTokenRow[] {
    return this.#sql(statement, ...values).map(operatorOf);
  }

  #count(statement: string, ...values: SqlValue[]): number {
    const [row] = this.#sql(statement, ...values);
    return row === undefined ? 0 : row.number("n");
  }

  #sql(statement: string, ...values: SqlValue[]): readonly RowReader[] {
    return this.#run(statement, ...values).map((row) => new RowReader(row, this.#place));
  }
}
