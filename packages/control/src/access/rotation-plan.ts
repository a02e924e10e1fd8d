/** What a rotation is asked to end, and by which credential the owner goes on. */
import { isWellFormed, toHex } from "@tau-edge/encoding";
import { PASSWORD_CHARS_MAX } from "@tau-edge/identity";
import type { DirectoryFacts, OwnerCredential } from "@tau-edge/ports";
import { NEW_PASSWORD_CHARS_MIN } from "../limits.ts";
import type { OwnerInForce } from "./access.ts";
import { ROTATION_SCOPES, type RotateRequest, type RotationResult } from "./access-acts.ts";
import type { AccessContext } from "./access-context.ts";
import { newSecret } from "./new-secret.ts";
import { verifiesOne } from "./owner-watch.ts";
import { hashPassword } from "./passwords.ts";
import { refuseAccess } from "./refusals.ts";

export interface RotationPlan {
  readonly credential: boolean;
  readonly bootstrap: boolean;
  readonly tokens: boolean;
  readonly agents_since_unix_ms?: number;
}

export interface NewOwner {
  readonly owner: OwnerCredential;
  /** For whoever asked, once. */
  readonly new_token?: string;
}

export type RefusedRotation = Exclude<RotationResult, { readonly outcome: "rotated" }>;

const DEFAULT_SCOPE: readonly string[] = ["credential", "links", "tokens"];

export function planRotation(request: RotateRequest, now_unix_ms: number): RotationPlan | RefusedRotation {
  const { scope = DEFAULT_SCOPE, after_incident = false, agents_since_unix_ms } = request;
  if (scope.length === 0 || !scope.every(isRotationScope)) return refuseAccess("rotation_empty");
  const since = agents_since_unix_ms ?? (scope.includes("agents") ? 0 : undefined);
  if (since !== undefined && !(Number.isSafeInteger(since) && since >= 0 && since <= now_unix_ms))
    return refuseAccess("agents_since_malformed");
  return {
    credential: after_incident || scope.includes("credential"),
    bootstrap: after_incident,
    tokens: after_incident || scope.includes("tokens"),
    ...(since !== undefined && { agents_since_unix_ms: since }),
  };
}

/** Of the same kind as the one in force; a token where there is none. */
export async function newOwner(
  { new_password }: RotateRequest,
  before: OwnerInForce | undefined,
  facts: DirectoryFacts,
  { ports }: AccessContext,
): Promise<NewOwner | RefusedRotation> {
  if (before?.kind !== "password") {
    if (new_password !== undefined) return refuseAccess("new_password_unused");
    const { token, token_hash } = newSecret(ports);
    return { owner: { kind: "token", verifier: toHex(token_hash) }, new_token: token };
  }
  if (new_password === undefined) return refuseAccess("new_password_missing");
  if (isWeak(new_password)) return refuseAccess("new_password_weak");
  const known = [before, ...facts.retired].filter(({ kind }) => kind === "password");
  if (await verifiesOne(new_password, known, ports)) return refuseAccess("credential_retired");
  return { owner: { kind: "password", verifier: await hashPassword(new_password, ports) } };
}

/** Those that no rotation retired yet. The directory's own, too: what is configured now may have taken its place. */
export function toRetire(before: OwnerInForce | undefined, facts: DirectoryFacts): readonly OwnerCredential[] {
  const { owner, retired } = facts;
  const all = new Map<string, OwnerCredential>();
  for (const one of [before, owner])
    if (one !== undefined) all.set(one.verifier, { kind: one.kind, verifier: one.verifier });
  return [...all.values()].filter(({ verifier }) => !retired.some((one) => one.verifier === verifier));
}

function isRotationScope(word: string): boolean {
  return ROTATION_SCOPES.some((known) => known === word);
}

function isWeak(password: string): boolean {
  return password.length < NEW_PASSWORD_CHARS_MIN || password.length > PASSWORD_CHARS_MAX || !isWellFormed(password);
}
