/** The agent directory of a store: what it is asked is `DirectoryWork`'s to answer, and all that a store gives is a transaction. */
import type {
  AgentDirectory,
  AgentDirectoryReader,
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
  RenewOutcome,
  RenewRequest,
  Rotation,
  RotationProof,
  TokenChoice,
} from "./agent-directory.ts";
import type { DirectoryWork } from "./directory-work.ts";

export abstract class StoredDirectoryReader implements AgentDirectoryReader {
  /** Asks for one thing. @returns `empty` while nothing is stored */
  protected abstract look<T>(empty: T, ask: (work: DirectoryWork) => T): T | Promise<T>;

  /** As `look`, for what is asked in several steps: all of them see one moment. */
  protected abstract lookAtOnce<T>(empty: T, ask: (work: DirectoryWork) => T): T | Promise<T>;

  async facts(): Promise<DirectoryFacts> {
    return this.lookAtOnce<DirectoryFacts>({ epoch: 0, retired: [] }, (work) => work.facts());
  }

  async links(now_unix_ms: number): Promise<readonly LinkView[]> {
    return this.look<readonly LinkView[]>([], (work) => work.links(now_unix_ms));
  }

  async agents(after: string | undefined, limit: number): Promise<readonly AgentRow[]> {
    return this.look<readonly AgentRow[]>([], (work) => work.agents(after, limit));
  }

  async agent(did: string): Promise<AgentRow | undefined> {
    return this.look(undefined, (work) => work.agent(did));
  }

  async operatorTokens(): Promise<readonly OperatorTokenRow[]> {
    return this.look<readonly OperatorTokenRow[]>([], (work) => work.operatorTokens());
  }

  findAccess(token_hash: Uint8Array): FoundAccess | undefined | Promise<FoundAccess | undefined> {
    return this.look(undefined, (work) => work.findAccess(token_hash));
  }

  findOperator(token_hash: Uint8Array): OperatorTokenRow | undefined | Promise<OperatorTokenRow | undefined> {
    return this.look(undefined, (work) => work.findOperator(token_hash));
  }
}

export abstract class StoredDirectory extends StoredDirectoryReader implements AgentDirectory {
  /** One transaction: all that `change` does is stored, or nothing is. */
  protected abstract change<T>(change: (work: DirectoryWork) => T): Promise<T>;

  addLink(link: LinkRow, limits: { readonly open_links_max: number }): Promise<"added" | "full"> {
    return this.change((work) => work.addLink(link, limits));
  }

  revokeLink(link_id: string, now_unix_ms: number): Promise<boolean> {
    return this.change((work) => work.revokeLink(link_id, now_unix_ms));
  }

  exchange(request: ExchangeRequest): Promise<ExchangeOutcome> {
    return this.change((work) => work.exchange(request));
  }

  renew(request: RenewRequest): Promise<RenewOutcome> {
    return this.change((work) => work.renew(request));
  }

  revokeAgent(did: string, now_unix_ms: number): Promise<boolean> {
    return this.change((work) => work.revokeAgent(did, now_unix_ms));
  }

  noteStates(did: string, states: readonly AgentState[]): Promise<void> {
    return this.change((work) => work.noteStates(did, states));
  }

  addOperatorToken(row: OperatorTokenRow): Promise<"added" | "slots_taken" | "full"> {
    return this.change((work) => work.addOperatorToken(row));
  }

  revokeOperatorToken(name: string, which: TokenChoice): Promise<number> {
    return this.change((work) => work.revokeOperatorToken(name, which));
  }

  rotate(rotation: Rotation): Promise<RotationProof> {
    return this.change((work) => work.rotate(rotation));
  }

  /** Most often it is there, and no transaction is needed to see that. */
  async keepSecret(name: KeptSecret, make: () => Uint8Array): Promise<Uint8Array> {
    const kept = await this.look(undefined, (work) => work.secret(name));
    return kept ?? this.change((work) => work.secret(name) ?? work.keepSecret(name, make()));
  }

  forgetExpired(now_unix_ms: number): Promise<number> {
    return this.change((work) => work.forgetExpired(now_unix_ms));
  }
}
