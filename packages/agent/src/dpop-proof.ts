/**
 * Proofs of possession (RFC 9449 section 4.2). Every text in them is ASCII and of our own making, so they are written
 * without the strict writer that the identity package has for all tokens; its reader, in a test, is what they must please.
 */

import type { AgentKey } from "./agent-key.ts";
import { toBase64url } from "./base64url.ts";
import { hashOfText } from "./hash.ts";

export interface ProofClaims {
  readonly jti: string;
  readonly method: string;
  /** Without query and fragment. */
  readonly url: string;
  readonly now_unix_ms: number;
  /** What the gateway last gave (section 8). */
  readonly nonce: string | undefined;
  readonly accessToken: string | undefined;
  /** Of a bootstrap link: proves to the gateway that whoever has the key has the link, too. */
  readonly linkSecret: string | undefined;
}

export async function writeProof(key: AgentKey, claims: ProofClaims): Promise<string> {
  const { jti, method, url, now_unix_ms, nonce, accessToken, linkSecret } = claims;
  // RFC 8037 section 2: the public half.
  const jwk = { kty: "OKP", crv: "Ed25519", x: toBase64url(key.publicKey) };
  // JSON leaves out what is undefined.
  const payload = {
    jti,
    htm: method,
    htu: url,
    iat: Math.floor(now_unix_ms / 1_000),
    ath: accessToken === undefined ? undefined : await hashOfText(accessToken),
    nonce,
    lsh: linkSecret === undefined ? undefined : await hashOfText(linkSecret),
  };
  const signed = `${part({ alg: "EdDSA", typ: "dpop+jwt", jwk })}.${part(payload)}`;
  return `${signed}.${toBase64url(await key.sign(new TextEncoder().encode(signed)))}`;
}

function part(value: object): string {
  return toBase64url(new TextEncoder().encode(JSON.stringify(value)));
}
