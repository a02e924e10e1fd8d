/**
 * Links, agents and tokens in one Durable Object with SQLite storage, and the proofs that were seen, in its memory. It is
 * one object, because a link that is used and the agent that it lets in are one transaction. It has no `fetch`: only code
 * of the same Worker that holds the binding reaches it.
 */
import { DurableObject } from "cloudflare:workers";
import { type LocalProofMemory, makeProofMemory, serverNonces } from "@tau-edge/identity";
import {
  type AgentRow,
  type AgentState,
  DIRECTORY_SCHEMA_VERSION,
  DIRECTORY_TABLES,
  type DirectoryFacts,
  DirectoryWork,
  type ExchangeOutcome,
  type ExchangeRequest,
  type FoundAccess,
  type KeptSecret,
  type LinkRow,
  type LinkView,
  type OperatorTokenRow,
  PortError,
  type PortErrorCode,
  type ProofAdmission,
  type ProofToAdmit,
  type RenewOutcome,
  type RenewRequest,
  type Rotation,
  type RotationProof,
  SqlDirectoryRows,
  type TokenChoice,
} from "@tau-edge/ports";

/** Failures cross the boundary as values: an Error would arrive without its class and code. */
export type DirectoryAnswer<T> =
  | { readonly outcome: "ok"; readonly value: T }
  | { readonly outcome: "newer"; readonly schema_version: number }
  | { readonly outcome: "failed"; readonly code: PortErrorCode; readonly at: string; readonly detail: string }
  /** The caller broke a promise of the port. */
  | { readonly outcome: "range"; readonly detail: string };

const NONCE_KEY_BYTES = 32;

export class AgentDirectoryDurableObject extends DurableObject {
  readonly #schemaVersion: number;
  readonly #work: DirectoryWork;
  /** Made with the object: what it forgot when it ended cannot come again under its nonces. */
  readonly #proofs: LocalProofMemory;
  readonly #bootUnixMs = Date.now();

  constructor(state: DurableObjectState, env: Cloudflare.Env) {
    super(state, env);
    const { sql } = state.storage;
    this.#schemaVersion = state.storage.transactionSync(() => {
      sql.exec("CREATE TABLE IF NOT EXISTS schema (version INTEGER NOT NULL)");
      const [known] = sql.exec<{ version: number }>("SELECT version FROM schema").toArray();
      if (known !== undefined) return known.version;
      sql.exec(DIRECTORY_TABLES);
      sql.exec("INSERT INTO schema (version) VALUES (?)", DIRECTORY_SCHEMA_VERSION);
      return DIRECTORY_SCHEMA_VERSION;
    });
    const run = (statement: string, ...values: unknown[]) => sql.exec(statement, ...values).toArray();
    this.#work = new DirectoryWork(new SqlDirectoryRows(run, "agents"));
    this.#proofs = makeProofMemory(
      serverNonces(crypto.getRandomValues(new Uint8Array(NONCE_KEY_BYTES)), crypto.randomUUID()),
    );
  }

  facts(): DirectoryAnswer<DirectoryFacts> {
    return this.#answer((work) => ({ ...work.facts(), boot_unix_ms: this.#bootUnixMs }));
  }

  links(now_unix_ms: number): DirectoryAnswer<readonly LinkView[]> {
    return this.#answer((work) => work.links(now_unix_ms));
  }

  agents(after: string | undefined, limit: number): DirectoryAnswer<readonly AgentRow[]> {
    return this.#answer((work) => work.agents(after, limit));
  }

  agent(did: string): DirectoryAnswer<AgentRow | undefined> {
    return this.#answer((work) => work.agent(did));
  }

  operatorTokens(): DirectoryAnswer<readonly OperatorTokenRow[]> {
    return this.#answer((work) => work.operatorTokens());
  }

  findAccess(token_hash: Uint8Array): DirectoryAnswer<FoundAccess | undefined> {
    return this.#answer((work) => work.findAccess(token_hash));
  }

  findOperator(token_hash: Uint8Array): DirectoryAnswer<OperatorTokenRow | undefined> {
    return this.#answer((work) => work.findOperator(token_hash));
  }

  addLink(link: LinkRow, limits: { readonly open_links_max: number }): DirectoryAnswer<"added" | "full"> {
    return this.#answer((work) => work.addLink(link, limits));
  }

  revokeLink(link_id: string, now_unix_ms: number): DirectoryAnswer<boolean> {
    return this.#answer((work) => work.revokeLink(link_id, now_unix_ms));
  }

  exchange(request: ExchangeRequest): DirectoryAnswer<ExchangeOutcome> {
    return this.#answer((work) => work.exchange(request));
  }

  renew(request: RenewRequest): DirectoryAnswer<RenewOutcome> {
    return this.#answer((work) => work.renew(request));
  }

  revokeAgent(did: string, now_unix_ms: number): DirectoryAnswer<boolean> {
    return this.#answer((work) => work.revokeAgent(did, now_unix_ms));
  }

  noteStates(did: string, states: readonly AgentState[]): DirectoryAnswer<void> {
    return this.#answer((work) => work.noteStates(did, states));
  }

  addOperatorToken(row: OperatorTokenRow): DirectoryAnswer<"added" | "slots_taken" | "full"> {
    return this.#answer((work) => work.addOperatorToken(row));
  }

  revokeOperatorToken(name: string, which: TokenChoice): DirectoryAnswer<number> {
    return this.#answer((work) => work.revokeOperatorToken(name, which));
  }

  rotate(rotation: Rotation): DirectoryAnswer<RotationProof> {
    return this.#answer((work) => work.rotate(rotation));
  }

  secret(name: KeptSecret): DirectoryAnswer<Uint8Array | undefined> {
    return this.#answer((work) => work.secret(name));
  }

  /** @param made kept when there is none yet */
  keepSecret(name: KeptSecret, made: Uint8Array): DirectoryAnswer<Uint8Array> {
    return this.#answer((work) => work.keepSecret(name, made));
  }

  forgetExpired(now_unix_ms: number): DirectoryAnswer<number> {
    return this.#answer((work) => work.forgetExpired(now_unix_ms));
  }

  /** By the clock of this object: those of isolates differ, and each would be taken for one that was turned back. */
  nonce(epoch: number): string {
    return this.#proofs.nonce(epoch, Date.now());
  }

  /** As `nonce`. */
  admit(proof: ProofToAdmit): ProofAdmission {
    return this.#proofs.admit({ ...proof, now_unix_ms: Date.now() });
  }

  #answer<T>(ask: (work: DirectoryWork) => T): DirectoryAnswer<T> {
    if (this.#schemaVersion > DIRECTORY_SCHEMA_VERSION)
      return { outcome: "newer", schema_version: this.#schemaVersion };
    try {
      return { outcome: "ok", value: this.ctx.storage.transactionSync(() => ask(this.#work)) };
    } catch (error) {
      if (error instanceof RangeError) return { outcome: "range", detail: error.message };
      if (!(error instanceof PortError)) throw error;
      return { outcome: "failed", code: error.code, at: error.at, detail: error.message };
    }
  }
}
