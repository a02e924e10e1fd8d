/** What the directory's rules need of a store, within one transaction. Each adapter keeps these rows in its own way. */
import type {
  AgentRow,
  DirectoryFacts,
  FoundAccess,
  KeptSecret,
  LinkRow,
  LinkState,
  NewAccess,
  OperatorTokenRow,
  OwnerCredential,
} from "./agent-directory.ts";

export interface StoredLink extends LinkRow {
  /** That a link has expired is seen by the clock. */
  readonly state: Exclude<LinkState, "expired">;
  readonly used_by?: string;
  readonly used_unix_ms?: number;
  readonly wrong_secrets: number;
  readonly second_uses: number;
  /** false: links were voided after it was used, so its lost reply is not given again. */
  readonly repeatable: boolean;
}

export interface StoredAgent extends AgentRow {
  readonly jkt: string;
}

export interface StoredAccess extends NewAccess {
  readonly did: string;
}

/** Rows are whole values: who changes one puts it again. */
export interface DirectoryRows {
  facts(): DirectoryFacts;
  setEpoch(epoch: number): void;
  setOwner(owner: OwnerCredential): void;
  /** One that is there keeps its place. */
  retire(credential: OwnerCredential): void;
  secret(name: KeptSecret): Uint8Array | undefined;
  setSecret(name: KeptSecret, bytes: Uint8Array): void;

  link(link_id: string): StoredLink | undefined;
  /** A new one comes last. */
  putLink(link: StoredLink): void;
  /** The latest first. Where there are more, the open ones are all among them, as far as `limit` goes. */
  links(now_unix_ms: number, limit: number): readonly StoredLink[];
  linkCount(): number;
  /** Open, and not expired. */
  openLinkCount(now_unix_ms: number): number;
  /** Makes the open ones `rotated`, and the used ones not repeatable. @returns how many were open, and not expired */
  voidLinks(now_unix_ms: number): number;
  /** The oldest that is not open, or expired. @returns false when there is none */
  dropOldestClosedLink(now_unix_ms: number): boolean;
  /** Those that expired then or before. @returns how many */
  dropLinks(expired_unix_ms: number, limit: number): number;

  agent(did: string): StoredAgent | undefined;
  /** When it was revoked is no part of this row. */
  putAgent(agent: StoredAgent): void;
  /** In the order of their DIDs' UTF-8, revoked ones too. */
  agents(after: string | undefined, limit: number): readonly StoredAgent[];
  liveAgentCount(): number;
  liveAgentsSince(registered_unix_ms: number): readonly string[];
  revocation(did: string): number | undefined;
  revoke(did: string, now_unix_ms: number): void;

  findAccess(token_hash: Uint8Array): FoundAccess | undefined;
  addAccess(access: StoredAccess): void;
  /** The oldest first. */
  accessOf(did: string): readonly StoredAccess[];
  dropAccess(token_hash: Uint8Array): void;
  /** @returns how many were good */
  dropAllAccess(now_unix_ms: number): number;
  /** Those that expired then or before. @returns how many */
  dropExpiredAccess(now_unix_ms: number, limit: number): number;

  findOperator(token_hash: Uint8Array): OperatorTokenRow | undefined;
  /** By name, `current` before `next`. */
  operatorTokens(): readonly OperatorTokenRow[];
  operatorTokensOf(name: string): readonly OperatorTokenRow[];
  /** Under its hash: a row that is there moves to the slot of this one. */
  putOperatorToken(row: OperatorTokenRow): void;
  dropOperatorToken(token_hash: Uint8Array): void;
}
