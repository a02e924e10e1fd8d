/**
 * What can be done about who may come in. Everything privileged leaves a record in the stream `system` before it has an
 * effect; what a crash left undone in between, `settle` does.
 */
import type { BootstrapPayload, DidDocument, KeyDerivation, WindowedKey } from "@tau-edge/identity";
import type { Actor } from "@tau-edge/ledger";
import type {
  AgentDirectory,
  AgentRow,
  AgentScope,
  AgentState,
  Clock,
  ExchangeRefusal,
  LedgerStore,
  LinkView,
  OperatorTokenRow,
  OwnerCredential,
  RotationProof,
  Signer,
  Stretch,
} from "@tau-edge/ports";
import type { RefusedAccess } from "./refusals.ts";
import type { ScopeWord } from "./scopes.ts";

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

/** In whose name something privileged is done. */
export interface Act {
  readonly actor: Actor;
  /** The actor vouches for a clock that is far from the last record's time; without it that is refused. */
  readonly accept_clock?: boolean;
}

export interface CreateLink extends Act {
  /** What clients reach this gateway under, without a trailing slash. */
  readonly gateway_url: string;
  readonly subject: string;
  /** `manifest:read events:write` unless said otherwise. */
  readonly scopes?: readonly string[];
  /** 30 to 600; 300 unless said otherwise. */
  readonly ttl_s?: number;
  readonly expected_did?: string;
}

export type CreatedLink =
  | {
      readonly outcome: "created";
      readonly link_id: string;
      /** The invitation, with its secret: for whoever asked, once. */
      readonly url: string;
      readonly expires_unix_ms: number;
      readonly scopes: readonly AgentScope[];
    }
  | RefusedAccess<
      | "subject_malformed"
      | "scope_missing"
      | "scope_unknown"
      | "scope_not_for_agents"
      | "ttl_out_of_range"
      | "expected_did_malformed"
      | "agent_revoked"
      | "links_full"
    >;

export interface RevokeLink extends Act {
  readonly link_id: string;
}

/** `unchanged`: it was not open any more. */
export type RevokedLink = { readonly outcome: "revoked" | "unchanged" } | RefusedAccess<"link_unknown">;

/** The proof of possession was verified before: method, URL, time, `lsh`, signature, first use of its `jti`. */
export interface ExchangeLink {
  readonly link_id: string;
  readonly secret: string;
  /** did:key of the key that made the proof. */
  readonly did: string;
  /** RFC 7638 thumbprint of the same key. */
  readonly jkt: string;
  /** Of the proof. */
  readonly jti: string;
  /** What the agent says of its key; `dev` is believed. */
  readonly assurance?: "strong" | "dev";
  /** What clients reach this gateway under, without a trailing slash. */
  readonly gateway_url: string;
}

/** The body of the reply, as it is. */
export interface AccessGrant {
  readonly access_token: string;
  readonly token_type: "DPoP";
  /** Seconds. */
  readonly expires_in: number;
  readonly did: string;
  /** Words with a space between them (RFC 6749 section 3.3). */
  readonly scope: string;
  readonly subject: string;
  readonly network: string;
  readonly assurance: "strong" | "dev";
  readonly gateway_did: string;
  /** DID-JWT of the gateway's key over this very reply: see `gatewayProof`. */
  readonly gateway_proof: string;
  readonly payload_url: string;
}

/** `repeated`: the same key asked again because the reply was lost. */
export type ExchangeResult =
  | { readonly outcome: "registered" | "repeated"; readonly grant: AccessGrant }
  | RefusedAccess<"invalid_grant">;

/** The proof was verified before, its nonce too. */
export interface RenewAccess {
  readonly did: string;
  readonly jkt: string;
  readonly jti: string;
  readonly gateway_url: string;
}

export type RenewResult = { readonly outcome: "renewed"; readonly grant: AccessGrant } | RefusedAccess<"invalid_grant">;

export interface AgentPage {
  readonly agents: readonly AgentRow[];
  /** For `after` of the next page, where there is one. */
  readonly next?: string;
}

export interface RevokeAgent extends Act {
  readonly did: string;
}

export type RevokedAgent = { readonly outcome: "revoked" | "unchanged" } | RefusedAccess<"agent_unknown">;

export interface CreateToken extends Act {
  readonly name: string;
  readonly scopes: readonly string[];
  /** 60 to 31,622,400; without it, the token has no end. */
  readonly expires_in_s?: number;
}

export type TokenSlot = OperatorTokenRow["slot"];

export type CreatedToken =
  | {
      readonly outcome: "created";
      /** For whoever asked, once. */
      readonly token: string;
      readonly name: string;
      readonly slot: TokenSlot;
      readonly scopes: readonly ScopeWord[];
      readonly expires_unix_ms?: number;
    }
  | RefusedAccess<
      | "token_name_malformed"
      | "scope_missing"
      | "scope_unknown"
      | "token_expiry_out_of_range"
      | "token_slots_taken"
      | "tokens_full"
    >;

/** An operator token as it may be shown. */
export type TokenView = Omit<OperatorTokenRow, "token_hash">;

export interface RevokeToken extends Act {
  readonly name: string;
  /** `both` unless said otherwise. Without `current`, `next` takes its place. */
  readonly slot?: TokenSlot | "both";
}

export type RevokedToken = { readonly outcome: "revoked"; readonly revoked: number } | RefusedAccess<"token_unknown">;

export const ROTATION_SCOPES = ["credential", "links", "tokens", "agents"] as const;
export type RotationScope = (typeof ROTATION_SCOPES)[number];

export interface RotateRequest extends Act {
  /**
   * `credential links tokens` unless said otherwise. Open links and sessions are void after each rotation; `tokens` are
   * the access tokens of agents, who prove themselves again and go on; `agents` revokes the agents themselves.
   */
  readonly scope?: readonly string[];
  /** Revokes the agents that registered then or later. With `agents` and without this, all of them. */
  readonly agents_since_unix_ms?: number;
  /** Credential and bootstrap key in one transaction, links and tokens with them. */
  readonly after_incident?: boolean;
  /** In the place of the owner's password. */
  readonly new_password?: string;
  /** The epoch under which whoever asks was let in; where it has passed, nothing is done. */
  readonly expected_epoch?: number;
}

export interface RotationReport extends RotationProof {
  /** The one before is refused from now on, whatever the configuration says: this was tried. */
  readonly credential_replaced: boolean;
  readonly bootstrap_key_replaced: boolean;
  /** The sessions of every process end with the epoch. */
  readonly sessions_voided: true;
}

export type RotationResult =
  | {
      readonly outcome: "rotated";
      readonly epoch: number;
      /** For whoever asked, once. */
      readonly new_token?: string;
      readonly proof: RotationReport;
    }
  | RefusedAccess<
      | "rotation_empty"
      | "agents_since_malformed"
      | "new_password_missing"
      | "new_password_unused"
      | "new_password_weak"
      | "credential_retired"
      | "rotated_meanwhile"
    >;

export type NotedState = Omit<AgentState, "at_unix_ms">;

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
