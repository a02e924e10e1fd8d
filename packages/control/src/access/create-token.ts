/** Makes a named bearer token, which is shown once and kept as its SHA-256. */
import type { OperatorTokenRow } from "@tau-edge/ports";
import { TOKEN_EXPIRY_S_MAX, TOKEN_EXPIRY_S_MIN } from "../limits.ts";
import type { CreatedToken, CreateToken, TokenSlot } from "./access-acts.ts";
import type { AccessContext } from "./access-context.ts";
import { appendAct } from "./append-act.ts";
import { newSecret } from "./new-secret.ts";
import { refuseAccess } from "./refusals.ts";
import { isScopeWord, type ScopeWord } from "./scopes.ts";
import { draftTokenCreated, draftTokenRevoked, tokenRef } from "./token-records.ts";

/** As records name who acts with the gateway's own credential. */
const RESERVED = "owner";

type Refusal = Exclude<CreatedToken, { readonly outcome: "created" }>;

export async function createToken(request: CreateToken, context: AccessContext): Promise<CreatedToken> {
  const { directory, clock, derivation } = context.ports;
  const { name, expires_in_s, actor } = request;
  const scopes = scopesOfToken(request.scopes);
  if ("outcome" in scopes) return scopes;
  const refusal = refusalOf(request);
  if (refusal !== undefined) return refusal;
  const created_unix_ms = clock.nowUnixMs();
  const slot = freeSlot(name, await directory.operatorTokens(), created_unix_ms);
  if (slot === undefined) return refuseAccess("token_slots_taken");
  const { token, token_hash } = newSecret(context.ports);
  const token_ref = tokenRef(token_hash, derivation.sha256);
  const facts = {
    ...{ name, slot, scopes },
    ...(expires_in_s !== undefined && { expires_unix_ms: created_unix_ms + expires_in_s * 1_000 }),
  };
  await appendAct(request, () => draftTokenCreated({ ...facts, token_ref }, actor), context);
  const outcome = await directory.addOperatorToken({ ...facts, token_hash, created_unix_ms, created_by: actor.id });
  if (outcome === "added") return { outcome: "created", token, ...facts };
  await appendAct(request, () => draftTokenRevoked({ name, slot, token_refs: [token_ref] }, actor), context);
  return refuseAccess(outcome === "full" ? "tokens_full" : "token_slots_taken");
}

function scopesOfToken(words: readonly string[]): readonly ScopeWord[] | Refusal {
  if (words.length === 0) return refuseAccess("scope_missing");
  const scopes = [...new Set(words)];
  return scopes.every(isScopeWord) ? scopes : refuseAccess("scope_unknown");
}

function refusalOf({ name, expires_in_s }: CreateToken): Refusal | undefined {
  if (!/^[a-z0-9][a-z0-9._-]{0,62}$/.test(name) || name === RESERVED) return refuseAccess("token_name_malformed");
  if (expires_in_s === undefined) return undefined;
  return Number.isInteger(expires_in_s) && expires_in_s >= TOKEN_EXPIRY_S_MIN && expires_in_s <= TOKEN_EXPIRY_S_MAX
    ? undefined
    : refuseAccess("token_expiry_out_of_range");
}

/** Tokens that have expired give way, as the directory lets them. */
function freeSlot(name: string, rows: readonly OperatorTokenRow[], now_unix_ms: number): TokenSlot | undefined {
  const alive = rows.filter((row) => row.name === name && (row.expires_unix_ms ?? Infinity) > now_unix_ms);
  if (alive.length > 1) return undefined;
  return alive.length === 0 ? "current" : "next";
}
