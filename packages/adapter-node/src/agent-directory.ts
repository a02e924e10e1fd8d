/** Links, agents and tokens in `<state-dir>/tau-edge/agents.db`. */
import type { DatabaseSync } from "node:sqlite";
import {
  type AgentDirectory,
  type AgentDirectoryReader,
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
  SqlDirectoryRows,
  type TokenChoice,
} from "@tau-edge/ports";
import { AGENTS, agentsPath } from "./agent-directory-tables.ts";
import type { DurableFiles } from "./durable-files.ts";
import { atOneMoment } from "./sqlite-database.ts";
import { SqliteFile } from "./sqlite-file.ts";
import { WritableSqliteFile } from "./writable-sqlite-file.ts";

export class SqliteAgentDirectoryReader implements AgentDirectoryReader {
  /** Its connection reads only: one that also writes would see what another turn has not committed yet. */
  readonly #file: SqliteFile;

  constructor(stateDir: string) {
    this.#file = new SqliteFile(agentsPath(stateDir), AGENTS);
  }

  async facts(): Promise<DirectoryFacts> {
    return this.#file.look<DirectoryFacts>({ epoch: 0, retired: [] }, (database) =>
      atOneMoment(database, () => workOn(this.#file, database).facts()),
    );
  }

  async links(now_unix_ms: number): Promise<readonly LinkView[]> {
    return this.#read<readonly LinkView[]>([], (work) => work.links(now_unix_ms));
  }

  async agents(after: string | undefined, limit: number): Promise<readonly AgentRow[]> {
    return this.#read<readonly AgentRow[]>([], (work) => work.agents(after, limit));
  }

  async agent(did: string): Promise<AgentRow | undefined> {
    return this.#read(undefined, (work) => work.agent(did));
  }

  async operatorTokens(): Promise<readonly OperatorTokenRow[]> {
    return this.#read<readonly OperatorTokenRow[]>([], (work) => work.operatorTokens());
  }

  findAccess(token_hash: Uint8Array): FoundAccess | undefined | Promise<FoundAccess | undefined> {
    return this.#read(undefined, (work) => work.findAccess(token_hash));
  }

  findOperator(token_hash: Uint8Array): OperatorTokenRow | undefined | Promise<OperatorTokenRow | undefined> {
    return this.#read(undefined, (work) => work.findOperator(token_hash));
  }

  /** @returns undefined also while there is no file */
  protected secret(name: KeptSecret): Uint8Array | undefined | Promise<Uint8Array | undefined> {
    return this.#read(undefined, (work) => work.secret(name));
  }

  close(): void {
    this.#file.close();
  }

  #read<T>(empty: T, query: (work: DirectoryWork) => T): T | Promise<T> {
    return this.#file.look(empty, (database) => query(workOn(this.#file, database)));
  }
}

export class SqliteAgentDirectory extends SqliteAgentDirectoryReader implements AgentDirectory {
  readonly #file: WritableSqliteFile;

  /**
   * Nothing is opened before it is asked for; the first write creates the file.
   * @param files of the state directory; shared with the other stores, so that a failed fsync of one stops them all
   */
  constructor(files: DurableFiles) {
    super(files.home);
    this.#file = new WritableSqliteFile(agentsPath(files.home), AGENTS, files);
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

  async keepSecret(name: KeptSecret, make: () => Uint8Array): Promise<Uint8Array> {
    const kept = await this.secret(name);
    return kept ?? this.#change((work) => work.secret(name) ?? work.keepSecret(name, make()));
  }

  forgetExpired(now_unix_ms: number): Promise<number> {
    return this.#change((work) => work.forgetExpired(now_unix_ms));
  }

  override close(): void {
    this.#file.close();
    super.close();
  }

  #change<T>(change: (work: DirectoryWork) => T): Promise<T> {
    return this.#file.transaction(async (database) => change(workOn(this.#file, database)));
  }
}

function workOn(file: SqliteFile, database: DatabaseSync): DirectoryWork {
  const rows = new SqlDirectoryRows((sql, ...values) => file.statement(database, sql).all(...values), file.path);
  return new DirectoryWork(rows);
}
