/** What an agent gets that was let in. */
import type { AgentRow, NewAccess } from "@tau-edge/ports";
import { ACCESS_TTL_S } from "../limits.ts";
import type { AccessGrant, RenewAccess } from "./access-acts.ts";
import type { AccessContext } from "./access-context.ts";
import { gatewayProof } from "./gateway-proof.ts";
import { type NewSecret, newSecret } from "./new-secret.ts";

export interface OfferedAccess extends NewSecret {
  readonly access: NewAccess;
  readonly now_unix_ms: number;
}

/** Good from the transaction on that stores it. */
export function offerAccess({ ports }: AccessContext): OfferedAccess {
  const now_unix_ms = ports.clock.nowUnixMs();
  const secret = newSecret(ports);
  const access = { token_hash: secret.token_hash, expires_unix_ms: now_unix_ms + ACCESS_TTL_S * 1_000 };
  return { ...secret, access, now_unix_ms };
}

export async function grantOf(
  agent: AgentRow,
  { token, now_unix_ms }: OfferedAccess,
  { jti, gateway_url }: Pick<RenewAccess, "jti" | "gateway_url">,
  context: AccessContext,
): Promise<AccessGrant> {
  const gateway = await context.gateway.identity();
  const { did, scopes, subject, assurance } = agent;
  return {
    access_token: token,
    token_type: "DPoP",
    expires_in: ACCESS_TTL_S,
    ...{ did, scope: scopes.join(" "), subject, network: context.config.network, assurance },
    gateway_did: gateway.did,
    gateway_proof: await gatewayProof({ gateway, audience: did, jti, access_token: token, now_unix_ms }, context),
    payload_url: `${gateway_url}/v1/dids/${did}`,
  };
}
