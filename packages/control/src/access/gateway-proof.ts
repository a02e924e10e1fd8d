/**
 * What the gateway signs of each reply to an agent, as a DID-JWT: that it is the gateway of the pin, that the reply is to
 * this very proof (`nonce` is its `jti`), and which access token it gave (`ath`). An agent with a pin compares the
 * SHA-256 of `gateway_key` with it and then verifies; without a pin it proves nothing.
 */
import { encodeUtf8, toBase64url } from "@tau-edge/encoding";
import { didJwtSigningInput, finishJws, okpJwk } from "@tau-edge/identity";
import { GATEWAY_PROOF_MS } from "../limits.ts";
import type { GatewayIdentity } from "./access.ts";
import type { AccessContext } from "./access-context.ts";

export interface ToProve {
  readonly gateway: GatewayIdentity;
  /** The agent's DID. */
  readonly audience: string;
  readonly jti: string;
  readonly access_token: string;
  readonly now_unix_ms: number;
}

export async function gatewayProof(
  { gateway, audience, jti, access_token, now_unix_ms }: ToProve,
  context: AccessContext,
): Promise<string> {
  const { sha256 } = context.ports.derivation;
  const ath = toBase64url(sha256(encodeUtf8(access_token)));
  const claims = {
    ...{ issuer: gateway.did, audience },
    ...{ issued_unix_ms: now_unix_ms, expires_unix_ms: now_unix_ms + GATEWAY_PROOF_MS },
    more: { nonce: jti, ath, gateway_key: { ...okpJwk(gateway.publicKey) } },
  };
  const signingInput = didJwtSigningInput(claims, gateway.key_id);
  const signer = await context.gateway.signer();
  return finishJws(signingInput, await signer.sign(signingInput));
}
