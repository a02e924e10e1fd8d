/**
 * The records `token_created` and `token_revoked`. A name is used again and a token changes its slot, so what is revoked
 * goes by its `token_ref`: by name, a revocation that is settled late would end the token that came after.
 */
import { type Sha256, toHex } from "@tau-edge/encoding";
import type { Actor, RecordDraft, StoredRecord } from "@tau-edge/ledger";
import { readFields } from "../record-fields.ts";
import type { TokenSlot } from "./access-acts.ts";

export const TOKEN_CREATED = "token_created";
export const TOKEN_REVOKED = "token_revoked";

const REF_CHARS = 16;
const SLOTS = ["current", "next"] as const;

export interface CreatedTokenFacts {
  readonly name: string;
  /** In which it began. */
  readonly slot: TokenSlot;
  readonly scopes: readonly string[];
  readonly token_ref: string;
  readonly expires_unix_ms?: number;
}

export interface RevokedTokenFacts {
  readonly name: string;
  readonly slot: TokenSlot | "both";
  readonly token_refs: readonly string[];
}

/** 16 hex digits: the first 64 bits of the SHA-256 of what is stored of a token, which is its hash. */
export function tokenRef(token_hash: Uint8Array, sha256: Sha256): string {
  return toHex(sha256(token_hash)).slice(0, REF_CHARS);
}

export function draftTokenCreated({ scopes, ...facts }: CreatedTokenFacts, actor: Actor): RecordDraft {
  return { type: TOKEN_CREATED, actor, body: { ...facts, scopes: [...scopes] } };
}

/** @throws PortError `ledger_corrupt` */
export function readTokenCreated(stored: StoredRecord): CreatedTokenFacts {
  const fields = readFields(stored);
  const expires_unix_ms = fields.optionalCount("expires_unix_ms");
  return {
    name: fields.text("name"),
    slot: fields.word("slot", SLOTS),
    scopes: fields.texts("scopes"),
    token_ref: fields.text("token_ref"),
    ...(expires_unix_ms !== undefined && { expires_unix_ms }),
  };
}

export function draftTokenRevoked({ token_refs, ...facts }: RevokedTokenFacts, actor: Actor): RecordDraft {
  return { type: TOKEN_REVOKED, actor, body: { ...facts, token_refs: [...token_refs] } };
}

/** @throws PortError `ledger_corrupt` */
export function readTokenRevoked(stored: StoredRecord): RevokedTokenFacts {
  const fields = readFields(stored);
  return {
    name: fields.text("name"),
    slot: fields.word("slot", [...SLOTS, "both"]),
    token_refs: fields.texts("token_refs"),
  };
}
