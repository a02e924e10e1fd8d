/** The agent directory, and the memory of proofs, as they look from outside their Durable Object. */
import {
  type AgentDirectory,
  type AgentRow,
  type AgentState,
  type DirectoryFacts,
  type ExchangeOutcome,
  type ExchangeRequest,
  type FoundAccess,
  type KeptSecret,
  type LinkRow,
  type LinkView,
  type OperatorTokenRow,
  PortError,
  type ProofAdmission,
  type ProofMemory,
  type ProofToAdmit,
  type RenewOutcome,
  type RenewRequest,
  type Rotation,
  type RotationProof,
  type TokenChoice,
} from "@tau-edge/ports";
import type { AgentDirectoryDurableObject, DirectoryAnswer } from "./agent-directory-durable-object.ts";

/** The name of the one object that holds the directory. */
export const AGENTS_NAME = "agents";

type Namespace = DurableObjectNamespace<AgentDirectoryDurableObject>;
type Stub = DurableObjectStub<AgentDirectoryDurableObject>;

export class DurableAgentDirectory implements AgentDirectory {
  readonly #namespace: Namespace;

  constructor(namespace: Namespace) {
    this.#namespace = namespace;
  }

  facts(): Promise<DirectoryFacts> {
    return this.#ask((stub) => stub.facts());
  }

  links(now_unix_ms: number): Promise<readonly LinkView[]> {
    return this.#ask((stub) => stub.links(now_unix_ms));
  }

  agents(after: string | undefined, limit: number): Promise<readonly AgentRow[]> {
    return this.#ask((stub) => stub.agents(after, limit));
  }

  agent(did: string): Promise<AgentRow | undefined> {
    return this.#ask((stub) => stub.agent(did));
  }

  operatorTokens(): Promise<readonly OperatorTokenRow[]> {
    return this.#ask((stub) => stub.operatorTokens());
  }

  findAccess(token_hash: Uint8Array): Promise<FoundAccess | undefined> {
    return this.#ask((stub) => stub.findAccess(token_hash));
  }

  findOperator(token_hash: Uint8Array): Promise<OperatorTokenRow | undefined> {
    return this.#ask((stub) => stub.findOperator(token_hash));
  }

  addLink(link: LinkRow, limits: { readonly open_links_max: number }): Promise<"added" | "full"> {
    return this.#ask((stub) => stub.addLink(link, limits));
  }

  revokeLink(link_id: string, now_unix_ms: number): Promise<boolean> {
    return this.#ask((stub) => stub.revokeLink(link_id, now_unix_ms));
  }

  exchange(request: ExchangeRequest): Promise<ExchangeOutcome> {
    return this.#ask((stub) => stub.exchange(request));
  }

  renew(request: RenewRequest): Promise<RenewOutcome> {
    return this.#ask((stub) => stub.renew(request));
  }

  revokeAgent(did: string, now_unix_ms: number): Promise<boolean> {
    return this.#ask((stub) => stub.revokeAgent(did, now_unix_ms));
  }

  noteStates(did: string, states: readonly AgentState[]): Promise<void> {
    return this.#ask((stub) => stub.noteStates(did, states));
  }

  addOperatorToken(row: OperatorTokenRow): Promise<"added" | "slots_taken" | "full"> {
    return this.#ask((stub) => stub.addOperatorToken(row));
  }

  revokeOperatorToken(name: string, which: TokenChoice): Promise<number> {
    return this.#ask((stub) => stub.revokeOperatorToken(name, which));
  }

  rotate(rotation: Rotation): Promise<RotationProof> {
    return this.#ask((stub) => stub.rotate(rotation));
  }

  async keepSecret(name: KeptSecret, make: () => Uint8Array): Promise<Uint8Array> {
    const kept = await this.#ask<Uint8Array | undefined>((stub) => stub.secret(name));
    return kept ?? this.#ask((stub) => stub.keepSecret(name, make()));
  }

  forgetExpired(now_unix_ms: number): Promise<number> {
    return this.#ask((stub) => stub.forgetExpired(now_unix_ms));
  }

  async #ask<T>(call: (stub: Stub) => Promise<DirectoryAnswer<T>>): Promise<T> {
    const answer = await asked(this.#namespace, call);
    switch (answer.outcome) {
      case "ok":
        return answer.value;
      case "newer":
        throw new PortError("directory_newer", AGENTS_NAME, `The directory has schema ${answer.schema_version}`);
      case "failed":
        throw new PortError(answer.code, answer.at, answer.detail);
      case "range":
        throw new RangeError(answer.detail);
    }
  }
}

/** One memory for all isolates of the Worker, as long as its object lives; then the nonces are new ones, too. */
export class DurableProofMemory implements ProofMemory {
  readonly #namespace: Namespace;

  constructor(namespace: Namespace) {
    this.#namespace = namespace;
  }

  /** Of the object's own time, as with `admit`. */
  nonce(epoch: number): Promise<string> {
    return asked(this.#namespace, (stub) => stub.nonce(epoch));
  }

  admit(proof: ProofToAdmit): Promise<ProofAdmission> {
    return asked(this.#namespace, (stub) => stub.admit(proof));
  }
}

/** A stub belongs to the request that made it, so each call makes its own. */
async function asked<T>(namespace: Namespace, call: (stub: Stub) => Promise<T>): Promise<T> {
  try {
    return await call(namespace.getByName(AGENTS_NAME));
  } catch (cause) {
    throw new PortError("store_unavailable", AGENTS_NAME, "The directory's Durable Object does not answer", { cause });
  }
}
