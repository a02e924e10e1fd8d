/** The agent directory in maps. Directories that share what is stored are processes that share a disk. */
import {
  type AgentDirectory,
  type AgentRow,
  type AgentState,
  type DirectoryFacts,
  DirectoryWork,
  type ExchangeOutcome,
  type ExchangeRequest,
  type FoundAccess,
  type KeptSecret,
  type LinkRow,
  type LinkView,
  type OperatorTokenRow,
  type RenewOutcome,
  type RenewRequest,
  type Rotation,
  type RotationProof,
  type TokenChoice,
} from "@tau-edge/ports";
import { Faults } from "./faults.ts";
import { MemoryDirectoryRows } from "./memory-directory-rows.ts";

/** What a disk would hold. */
export class MemoryAgents {
  rows = new MemoryDirectoryRows();
}

export interface MemoryDirectoryOptions {
  readonly stored?: MemoryAgents;
  readonly faults?: Faults;
}

export class MemoryAgentDirectory implements AgentDirectory {
  readonly stored: MemoryAgents;
  readonly #faults: Faults;

  constructor(options: MemoryDirectoryOptions = {}) {
    this.stored = options.stored ?? new MemoryAgents();
    this.#faults = options.faults ?? new Faults();
  }

  async facts(): Promise<DirectoryFacts> {
    return this.#work().facts();
  }

  async links(now_unix_ms: number): Promise<readonly LinkView[]> {
    return this.#work().links(now_unix_ms);
  }

  async agents(after: string | undefined, limit: number): Promise<readonly AgentRow[]> {
    return this.#work().agents(after, limit);
  }

  async agent(did: string): Promise<AgentRow | undefined> {
    return this.#work().agent(did);
  }

  async operatorTokens(): Promise<readonly OperatorTokenRow[]> {
    return this.#work().operatorTokens();
  }

  findAccess(token_hash: Uint8Array): FoundAccess | undefined {
    return this.#work().findAccess(token_hash);
  }

  findOperator(token_hash: Uint8Array): OperatorTokenRow | undefined {
    return this.#work().findOperator(token_hash);
  }

  addLink(link: LinkRow, limits: { readonly open_links_max: number }): Promise<"added" | "full"> {
    return this.#change((work) => work.addLink(link, limits));
  }

  revokeLink(link_id: string, now_unix_ms: number): Promise<boolean> {
    return this.#change((work) => work.revokeLink(link_id, now_unix_ms));
  }

  exchange(request: ExchangeRequest): Promise<ExchangeOutcome> {
    return this.#change((work) => work.exchange(request));
  }

  renew(request: RenewRequest): Promise<RenewOutcome> {
    return this.#change((work) => work.renew(request));
  }

  revokeAgent(did: string, now_unix_ms: number): Promise<boolean> {
    return this.#change((work) => work.revokeAgent(did, now_unix_ms));
  }

  noteStates(did: string, states: readonly AgentState[]): Promise<void> {
    return this.#change((work) => work.noteStates(did, states));
  }

  addOperatorToken(row: OperatorTokenRow): Promise<"added" | "slots_taken" | "full"> {
    return this.#change((work) => work.addOperatorToken(row));
  }

  revokeOperatorToken(name: string, which: TokenChoice): Promise<number> {
    return this.#change((work) => work.revokeOperatorToken(name, which));
  }

  rotate(rotation: Rotation): Promise<RotationProof> {
    return this.#change((work) => work.rotate(rotation));
  }

  keepSecret(name: KeptSecret, make: () => Uint8Array): Promise<Uint8Array> {
    return this.#change((work) => work.secret(name) ?? work.keepSecret(name, make()));
  }

  forgetExpired(now_unix_ms: number): Promise<number> {
    return this.#change((work) => work.forgetExpired(now_unix_ms));
  }

  #work(): DirectoryWork {
    return new DirectoryWork(this.stored.rows);
  }

  /** All of it or nothing: what fails on its way has changed a copy. */
  async #change<T>(change: (work: DirectoryWork) => T): Promise<T> {
    const rows = this.stored.rows.copy();
    const result = change(new DirectoryWork(rows));
    return this.#faults.write("agents", () => {
      this.stored.rows = rows;
      return result;
    });
  }
}
