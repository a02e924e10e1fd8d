/** Who may come in: invitations, the agents that used them, tokens as hashes, and which owner is in force. */
import type { Digest } from "@tau-edge/encoding";
import type { Assurance } from "@tau-edge/identity";

/** What an agent may do; nothing else can be asked for it. */
export type AgentScope = "status:read" | "manifest:read" | "events:write";

/** An invitation for one key, as it is stored: of its secret only `check`. */
export interface LinkRow {
  /** 96 random bits. Whoever knows it can burn the link, so it is not logged. */
  readonly link_id: string;
  /** 32 bytes: HMAC-SHA256 of the secret under the bootstrap key. */
  readonly check: Uint8Array;
  readonly subject: string;
  readonly scopes: readonly AgentScope[];
  /** Only this did:key may use it. */
  readonly expected_did?: string;
  readonly created_unix_ms: number;
  /** From then on nobody may use it. */
  readonly expires_unix_ms: number;
  readonly created_by: string;
}

export type LinkState = "open" | "used" | "expired" | "burned" | "revoked" | "rotated";

export interface LinkView extends Omit<LinkRow, "check"> {
  readonly state: LinkState;
  /** The DID that it let in. */
  readonly used_by?: string;
  readonly used_unix_ms?: number;
  /** Tries with a wrong secret while it was open. */
  readonly wrong_secrets: number;
  /** Tries with the right secret by another key than the one that it let in or was made for: the link has leaked. */
  readonly second_uses: number;
}

export interface AgentRow {
  readonly did: string;
  readonly subject: string;
  readonly scopes: readonly AgentScope[];
  /** `dev` once is `dev` for ever: a key that can be guessed stays one. */
  readonly assurance: Assurance;
  /** When it used its latest link. */
  readonly registered_unix_ms: number;
  /** When it got its latest access token. */
  readonly renewed_unix_ms: number;
  readonly revoked_unix_ms?: number;
  readonly states: readonly AgentState[];
}

/** What an agent said that it does with one blueprint. */
export interface AgentState {
  readonly environment: string;
  readonly blueprint: string;
  readonly state: "running" | "paused";
  readonly release?: Digest;
  readonly at_unix_ms: number;
}

export interface NewAccess {
  /** 32 bytes: SHA-256 of the access token. */
  readonly token_hash: Uint8Array;
  readonly expires_unix_ms: number;
}

export interface ExchangeRequest {
  readonly link_id: string;
  /** 32 bytes: HMAC-SHA256 of the secret that was shown. */
  readonly check: Uint8Array;
  /** did:key of the key that made the proof. */
  readonly did: string;
  /** RFC 7638 thumbprint of the same key. */
  readonly jkt: string;
  readonly assurance: Assurance;
  readonly access: NewAccess;
  readonly now_unix_ms: number;
  /** How long after its use the same key may ask again, because the reply was lost. */
  readonly repeat_ms: number;
  /** The wrong secret that burns the link, counted from 1. */
  readonly tries_max: number;
  /** Agents that are not revoked. */
  readonly agents_max: number;
}

/** For logs and lists only: whoever asked hears the same for each of them. */
export type ExchangeRefusal =
  | "unknown"
  | "expired"
  | "used"
  | "burned"
  | "revoked"
  | "rotated"
  | "wrong_secret"
  | "other_did"
  | "agents_full";

export type ExchangeOutcome =
  | { readonly outcome: "registered" | "repeated"; readonly agent: AgentRow }
  | { readonly outcome: "refused"; readonly reason: ExchangeRefusal };

export interface RenewRequest {
  readonly did: string;
  readonly jkt: string;
  readonly access: NewAccess;
  readonly now_unix_ms: number;
}

export type RenewOutcome =
  | { readonly outcome: "renewed"; readonly agent: AgentRow }
  | { readonly outcome: "refused"; readonly reason: "unknown" | "revoked" };

/** A token that is good unless it has expired; whoever asked looks at the clock. */
export interface FoundAccess {
  readonly did: string;
  readonly jkt: string;
  readonly scopes: readonly AgentScope[];
  readonly expires_unix_ms: number;
}

/** A named bearer token. Two at a time, so that whoever uses it can change over. */
export interface OperatorTokenRow {
  readonly name: string;
  readonly slot: "current" | "next";
  /** 32 bytes: SHA-256 of the token. */
  readonly token_hash: Uint8Array;
  readonly scopes: readonly string[];
  readonly created_unix_ms: number;
  /** From then on it is no longer good; whoever asked looks at the clock. */
  readonly expires_unix_ms?: number;
  readonly created_by: string;
}

export interface OwnerCredential {
  readonly kind: "token" | "password";
  /** The SHA-256 of a token in hex, or the PHC string of a password. */
  readonly verifier: string;
}

/** Of the tokens of one name: those in a slot, or the one with this hash. */
export type TokenChoice = OperatorTokenRow["slot"] | "both" | Uint8Array;

export interface Rotation {
  /** Above the one in force. */
  readonly epoch: number;
  readonly now_unix_ms: number;
  /** In force from now on; the one that it replaces here is retired with those below. */
  readonly owner?: OwnerCredential;
  /** Never to be in force again. */
  readonly retired?: readonly OwnerCredential[];
  /** 32 bytes, in the place of the one before. */
  readonly bootstrap_key?: Uint8Array;
  /** Whether open links are void. */
  readonly links: boolean;
  /** Whether access tokens are void. Operator tokens stay. */
  readonly tokens: boolean;
  /** Agents that registered then or later are revoked, with their access tokens. */
  readonly agents_since_unix_ms?: number;
}

export interface RotationProof {
  /** In force now. */
  readonly epoch: number;
  /** false: this epoch or a later one was in force already, and nothing of this rotation is. */
  readonly applied: boolean;
  readonly links_voided: number;
  readonly access_tokens_voided: number;
  readonly agents_revoked: number;
  readonly operator_tokens_kept: number;
}

export interface DirectoryFacts {
  /** 0 before the first rotation. */
  readonly epoch: number;
  readonly owner?: OwnerCredential;
  /** In the order in which they were retired. */
  readonly retired: readonly OwnerCredential[];
  /** 32 bytes: the one that is kept, where there is one. */
  readonly bootstrap_key?: Uint8Array;
  /** Since when it answers, where the directory is a process of its own. */
  readonly boot_unix_ms?: number;
}

export type KeptSecret = "gateway_key" | "bootstrap_key";

/** @throws PortError `directory_corrupt`, `directory_newer`, `store_unavailable` */
export interface AgentDirectoryReader {
  facts(): Promise<DirectoryFacts>;
  /** The latest first, without secrets, at most DIRECTORY_LINKS_LISTED_MAX: those that are open, and the latest of the others. */
  links(now_unix_ms: number): Promise<readonly LinkView[]>;
  /** In the order of their DIDs' UTF-8, revoked ones too. @param after the DID before the first one */
  agents(after: string | undefined, limit: number): Promise<readonly AgentRow[]>;
  agent(did: string): Promise<AgentRow | undefined>;
  /** By name, `current` before `next`; expired ones too. */
  operatorTokens(): Promise<readonly OperatorTokenRow[]>;
  /** Asked for each request: one lookup by hash, in force as of the last commit of any process. */
  findAccess(token_hash: Uint8Array): FoundAccess | undefined | Promise<FoundAccess | undefined>;
  findOperator(token_hash: Uint8Array): OperatorTokenRow | undefined | Promise<OperatorTokenRow | undefined>;
}

/**
 * Each method is one transaction: what it acknowledged is there after a crash, and of what it did not, all or nothing.
 * @throws PortError as the reader, and `store_full`, `store_poisoned`
 */
export interface AgentDirectory extends AgentDirectoryReader {
  /**
   * @returns `full` when `open_links_max` links are open at the time of its creation
   * @throws RangeError when the id is there already: the stored link stays
   */
  addLink(link: LinkRow, limits: { readonly open_links_max: number }): Promise<"added" | "full">;
  /** @returns false when no such link is open */
  revokeLink(link_id: string, now_unix_ms: number): Promise<boolean>;
  /**
   * Link open to used, agent registered, access stored: all or nothing. The same key may ask again for `repeat_ms` and
   * gets the new access; another key with the right secret is counted in `second_uses`. A wrong secret is counted, and
   * the one that reaches `tries_max` burns the link. A registration ends the access that the DID had from earlier links.
   * @throws RangeError when a hash has not 32 bytes, or the access token was given before
   */
  exchange(request: ExchangeRequest): Promise<ExchangeOutcome>;
  /** At most AGENT_ACCESS_MAX tokens of an agent are alive: the oldest goes. */
  renew(request: RenewRequest): Promise<RenewOutcome>;
  /**
   * Its access tokens end in the same transaction. A DID that never registered is remembered as revoked, too.
   * @returns false when it was revoked before
   */
  revokeAgent(did: string, now_unix_ms: number): Promise<boolean>;
  /** The latest word on each blueprint stays, for the AGENT_STATES_MAX told of last. Nothing of a DID that is no live agent. */
  noteStates(did: string, states: readonly AgentState[]): Promise<void>;
  /**
   * The first token of a name is `current`, the second `next`, whatever the row says. Tokens of the name that expired
   * before this one was made give way.
   * @returns `full` at OPERATOR_TOKENS_MAX; `slots_taken` also when this hash is stored already
   */
  addOperatorToken(row: OperatorTokenRow): Promise<"added" | "slots_taken" | "full">;
  /**
   * Without `current`, `next` takes its place: whoever may be second names the token by its hash.
   * @returns how many are no more
   */
  revokeOperatorToken(name: string, which: TokenChoice): Promise<number>;
  /** Idempotent by epoch: one that is not above the stored one changes nothing. */
  rotate(rotation: Rotation): Promise<RotationProof>;
  /** First come stays, until a rotation replaces it; for keys that must exist once. */
  keepSecret(name: KeptSecret, make: () => Uint8Array): Promise<Uint8Array>;
  /**
   * Drops access tokens that expired, and links that nobody could use for DIRECTORY_LINK_KEPT_MS: at most
   * DIRECTORY_FORGET_MAX rows in one call.
   * @returns how many it dropped
   */
  forgetExpired(now_unix_ms: number): Promise<number>;
}
