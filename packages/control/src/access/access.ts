/**
 * What can be done about who may come in. Everything privileged leaves a record in the stream `system` before it has an
 * effect; what a crash left undone in between, `settle` does.
 */
import type { BootstrapPayload, DidDocument, KeyDerivation, WindowedKey } from "@tau-edge/identity";
import type {
  AgentDirectory,
  Clock,
  ExchangeRefusal,
  LedgerStore,
  LinkView,
  OwnerCredential,
  Signer,
  Stretch,
} from "@tau-edge/ports";
import type {
  AgentPage,
  CreatedLink,
  CreatedToken,
  CreateLink,
  CreateToken,
  ExchangeLink,
  ExchangeResult,
  NotedState,
  RenewAccess,
  RenewResult,
  RevokeAgent,
  RevokedAgent,
  RevokedLink,
  RevokedToken,
  RevokeLink,
  RevokeToken,
  RotateRequest,
  RotationResult,
  TokenView,
} from "./access-acts.ts";

export interface AccessPorts {
  readonly directory: AgentDirectory;
  readonly ledger: LedgerStore;
  readonly clock: Clock;
  readonly derivation: KeyDerivation;
  /** For passwords; where there is none, one is stretched while nothing else is done. */
  readonly stretch?: Stretch;
  /** Unpredictable bytes. */
  randomBytes(count: number): Uint8Array;
  /** Makes the key of a seed, and may overwrite the seed. */
  openSigner(seed: Uint8Array): Promise<Signer>;
  /** For the operator's log; what it tells is for no client. */
  onEvent?(event: AccessEvent): void;
}

/** What clients are not told. Nothing in it is secret: links go by their `link_ref`. */
export type AccessEvent =
  | {
      readonly code: "exchange_refused";
      readonly link_ref: string;
      readonly did: string;
      /** `dev_refused`: a key that can be guessed, where more than a devnet is at stake. */
      readonly reason: ExchangeRefusal | "malformed" | "dev_refused";
    }
  /** Somebody else has the link: it leaked. */
  | { readonly code: "link_used_again"; readonly link_ref: string; readonly did: string }
  | { readonly code: "renewal_refused"; readonly did: string; readonly reason: "unknown" | "revoked" | "dev_refused" }
  /** A crash left a record without its effect; now it has it. */
  | { readonly code: "settled"; readonly record: string; readonly seq: number };

export interface AccessConfig {
  /** Of the payloads of agents, such as `tau-devnet`. */
  readonly network: string;
  /** Whether only this machine reaches the gateway; there, and on a devnet, `dev` identities are let in. */
  readonly loopback: boolean;
  /** Without a trailing slash. With `https:` and a host name, the gateway is a did:web. */
  readonly public_base_url?: string;
  /** Asked anew for each use, so a changed file counts without a restart. */
  configured(): ConfiguredCredentials;
}

export interface ConfiguredCredentials {
  readonly owner?: ConfiguredOwner;
  /** Links hang on it, in the place of the owner's credential. */
  readonly bootstrap_secret?: string;
}

/** The secret itself, or what it is verified by: the SHA-256 of a token in hex, the PHC string of a password. */
export type ConfiguredOwner =
  | { readonly kind: "token" | "password"; readonly secret: string }
  | { readonly kind: "token" | "password"; readonly verifier: string };

export interface OwnerInForce extends OwnerCredential {
  /** `rotated`: what is configured was retired, or nothing is; the directory's counts. */
  readonly source: "configured" | "rotated";
}

export interface GatewayIdentity {
  /** did:web under a public base URL with `https:` and a host name, otherwise did:key. */
  readonly did: string;
  readonly document: DidDocument;
  /** Those that signed, now and before. */
  readonly keys: readonly WindowedKey[];
  /** Of the key that signs now; 32 bytes. */
  readonly publicKey: Uint8Array;
  /** `<did>#<name of the key>` */
  readonly key_id: string;
  /** What a link says of this key: base64url of its SHA-256. */
  readonly pin: string;
}

/** @throws PortError from each, whatever directory and ledger throw */
export interface Access {
  createLink(request: CreateLink): Promise<CreatedLink>;
  /** The latest first. */
  listLinks(): Promise<readonly LinkView[]>;
  revokeLink(request: RevokeLink): Promise<RevokedLink>;
  exchange(request: ExchangeLink): Promise<ExchangeResult>;
  renew(request: RenewAccess): Promise<RenewResult>;
  /** In the order of their DIDs. @param limit 1 to 200; 100 unless said otherwise */
  listAgents(page?: { readonly after?: string; readonly limit?: number }): Promise<AgentPage>;
  revokeAgent(request: RevokeAgent): Promise<RevokedAgent>;
  createToken(request: CreateToken): Promise<CreatedToken>;
  listTokens(): Promise<readonly TokenView[]>;
  revokeToken(request: RevokeToken): Promise<RevokedToken>;
  rotate(request: RotateRequest): Promise<RotationResult>;
  /** @throws RangeError for more than 100 at once: whoever reads them from outside counts before */
  noteStates(did: string, states: readonly NotedState[]): Promise<void>;
  /** Of an agent, or of an identity that was made here; undefined of any other DID, and of a revoked one. */
  payloadOf(did: string): Promise<BootstrapPayload | undefined>;
  gatewayIdentity(): Promise<GatewayIdentity>;
  /** Which owner's credential counts: the configured one unless it was retired, otherwise the directory's. */
  ownerInForce(): Promise<OwnerInForce | undefined>;
  /** Whether this is the secret of the owner in force. A password costs one scrypt, and may cost more when it is right. */
  isOwner(kind: "token" | "password", secret: string): Promise<boolean>;
  /** Sessions, links and access tokens of an earlier one are dead. */
  epoch(): Promise<number>;
  /** Does what records say and a crash left undone. @returns how many of them */
  settle(): Promise<number>;
  /** `settle`, unless that was less than 10 s ago, when there is nothing to wait for: for every request. */
  keepSettled(): Promise<void> | undefined;
}
