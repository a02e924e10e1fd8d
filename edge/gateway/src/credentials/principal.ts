/** Who asks, once that is known. */

import type { Scope } from "@tau-edge/control";
import type { Actor } from "@tau-edge/ledger";

export interface Principal {
  /** `owner`: has the gateway's own credential. `session`: bought with its password. */
  readonly kind: "token" | "session" | "owner" | "agent";
  /** Of a token its name, of an agent its DID, otherwise `owner`. */
  readonly name: string;
  readonly scopes: ReadonlySet<Scope>;
  /** Of an agent. */
  readonly did?: string;
  /** Of an agent: what its access token is found by. */
  readonly ath?: string;
  /** Of the owner: the epoch under which they were let in. The next one ends what they came with. */
  readonly epoch?: number;
}

/** Undefined where a request says nothing about who sends it; a response where what it says is not so. */
export type Authenticated = Principal | undefined | Response;

/** Where nobody may stay unnamed: who it is, or the refusal. */
export type Identified = Principal | Response;

/** As records name who acted. */
export function actorOf({ name, did }: Principal): Actor {
  return did === undefined ? { kind: "token", id: name } : { kind: "did", id: did };
}
