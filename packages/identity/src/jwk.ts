/** Public Ed25519 keys as JWK (RFC 8037 section 2) and the thumbprint that names one (RFC 7638). */
import { EncodingError, encodeUtf8, fromBase64url, type JsonValue, type Sha256, toBase64url } from "@tau-edge/encoding";
import { checkEd25519PublicKey, KEY_FAULT_MEANINGS } from "@tau-edge/signature";
import { IdentityError } from "./errors.ts";
import { hasExactly, isJsonObject } from "./json-object.ts";

export interface OkpJwk {
  readonly kty: "OKP";
  readonly crv: "Ed25519";
  /** base64url of 32 bytes. */
  readonly x: string;
}

const X_CHARS = 43;

/** @param publicKey 32 bytes of Ed25519 */
export function okpJwk(publicKey: Uint8Array): OkpJwk {
  return { kty: "OKP", crv: "Ed25519", x: toBase64url(publicKey) };
}

/**
 * Exactly the three members: a `d` would be somebody's secret (RFC 9449 section 4.3, check 7), and what else one may say
 * about a key (`alg`, `use`, `kid`, `x5c`) would have to be believed or ignored.
 *
 * @returns 32 bytes that `checkEd25519PublicKey` found ok
 * @throws IdentityError `jwk_malformed`, `jwk_key`
 */
export function readOkpJwk(value: JsonValue | undefined): Uint8Array {
  if (!isJsonObject(value) || !hasExactly(value, ["kty", "crv", "x"])) throw new IdentityError("jwk_malformed", "jwk");
  const { kty, crv, x } = value;
  if (kty !== "OKP" || crv !== "Ed25519" || typeof x !== "string" || x.length !== X_CHARS)
    throw new IdentityError("jwk_malformed", "jwk");
  const publicKey = decoded(x);
  const fault = checkEd25519PublicKey(publicKey);
  if (fault !== "ok") throw new IdentityError("jwk_key", "jwk.x", KEY_FAULT_MEANINGS[fault]);
  return publicKey;
}

/** RFC 7638 section 3 with the members that RFC 8037 section 2 requires, in base64url: 43 characters. */
export function jwkThumbprint(publicKey: Uint8Array, sha256: Sha256): string {
  return toBase64url(sha256(encodeUtf8(`{"crv":"Ed25519","kty":"OKP","x":"${toBase64url(publicKey)}"}`)));
}

function decoded(x: string): Uint8Array {
  try {
    return fromBase64url(x);
  } catch (error) {
    if (error instanceof EncodingError) throw new IdentityError("jwk_malformed", "jwk.x");
    throw error;
  }
}
