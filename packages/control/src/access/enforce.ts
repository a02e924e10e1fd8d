/** Makes the directory what a record says. Each of these may be done again, by any process, at any time. */
import type { AccessContext } from "./access-context.ts";
import { linkRef } from "./link-records.ts";
import { tokenRef } from "./token-records.ts";

/** @returns whether it had to be done */
export async function enforceLinkRevoked(link_ref: string, { ports }: AccessContext): Promise<boolean> {
  const { directory, clock, derivation } = ports;
  const now_unix_ms = clock.nowUnixMs();
  const links = await directory.links(now_unix_ms);
  let done = false;
  for (const { link_id, state } of links)
    if (state === "open" && linkRef(link_id, derivation.sha256) === link_ref)
      done = (await directory.revokeLink(link_id, now_unix_ms)) || done;
  return done;
}

/** @returns whether it had to be done */
export async function enforceAgentRevoked(did: string, { ports }: AccessContext): Promise<boolean> {
  const agent = await ports.directory.agent(did);
  if (agent?.revoked_unix_ms !== undefined) return false;
  return ports.directory.revokeAgent(did, ports.clock.nowUnixMs());
}

/** By hash: a slot may hold another token by now. @returns how many of them had to be revoked */
export async function enforceTokensRevoked(token_refs: readonly string[], { ports }: AccessContext): Promise<number> {
  const { directory, derivation } = ports;
  const rows = await directory.operatorTokens();
  let revoked = 0;
  for (const { name, token_hash } of rows)
    if (token_refs.includes(tokenRef(token_hash, derivation.sha256)))
      revoked += await directory.revokeOperatorToken(name, token_hash);
  return revoked;
}
