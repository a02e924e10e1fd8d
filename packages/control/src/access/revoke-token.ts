/** Ends tokens of one name. */

import type { RevokedToken, RevokeToken } from "./access-acts.ts";
import type { AccessContext } from "./access-context.ts";
import { appendAct } from "./append-act.ts";
import { enforceTokensRevoked } from "./enforce.ts";
import { refuseAccess } from "./refusals.ts";
import { draftTokenRevoked, tokenRef } from "./token-records.ts";

export async function revokeToken(request: RevokeToken, context: AccessContext): Promise<RevokedToken> {
  const { name, slot = "both", actor } = request;
  const rows = await context.ports.directory.operatorTokens();
  const meant = rows.filter((row) => row.name === name && (slot === "both" || row.slot === slot));
  if (meant.length === 0) return refuseAccess("token_unknown");
  const token_refs = meant.map(({ token_hash }) => tokenRef(token_hash, context.ports.derivation.sha256));
  await appendAct(request, () => draftTokenRevoked({ name, slot, token_refs }, actor), context);
  return { outcome: "revoked", revoked: await enforceTokensRevoked(token_refs, context) };
}
