/** Tokens as an agent, or somebody who would like to be one, makes them. */
import { createPrivateKey, sign } from "node:crypto";
import { encodeUtf8, fromBase64url, fromHex, sha256, toBase64url } from "@tau-edge/encoding";
import { ed25519PublicKey } from "@tau-edge/signature";
import { finishJws, jwsSigningInput } from "./compact-jws.ts";
import type { JsonObject } from "./json-object.ts";
import { okpJwk } from "./jwk.ts";
import { didKeyText } from "./multikey.ts";

export const SEEDS = {
  /** RFC 8037 appendix A.1. */
  rfc8037: fromBase64url("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"),
  a: new Uint8Array(32).fill(1),
  b: new Uint8Array(32).fill(2),
} as const;

/** PKCS #8 of an Ed25519 seed (RFC 8410 section 7). */
const PKCS8 = fromHex("302e020100300506032b657004220420");

export function signedWith(seed: Uint8Array, signingInput: Uint8Array): string {
  const key = createPrivateKey({ key: Buffer.from([...PKCS8, ...seed]), format: "der", type: "pkcs8" });
  return finishJws(signingInput, sign(null, signingInput, key));
}

export function tokenOf(seed: Uint8Array, header: JsonObject, payload: JsonObject): string {
  return signedWith(seed, jwsSigningInput(header, payload));
}

export const publicKeyOf = (seed: Uint8Array) => ed25519PublicKey(seed);
export const didOf = (seed: Uint8Array) => didKeyText(ed25519PublicKey(seed));
export const hashOf = (text: string) => toBase64url(sha256(encodeUtf8(text)));

export const NOW = 1_800_000_000_000;
export const URL_OF_REQUEST = "https://gw.example/v1/token";

/** Header and claims of a good proof, for a test to spoil. */
export function proofOf(changes: JsonObject = {}, header: JsonObject = {}, seed: Uint8Array = SEEDS.a): string {
  const jwk = { ...okpJwk(ed25519PublicKey(seed)) };
  const claims = { jti: "-BwC3ESc6acc2lTc", htm: "POST", htu: URL_OF_REQUEST, iat: NOW / 1_000 };
  return tokenOf(seed, without({ alg: "EdDSA", typ: "dpop+jwt", jwk, ...header }), without({ ...claims, ...changes }));
}

/** Header and claims of a good DID-JWT, for a test to spoil. */
export function didJwtOf(changes: JsonObject = {}, header: JsonObject = {}, seed: Uint8Array = SEEDS.a): string {
  const claims = { iss: didOf(seed), aud: "did:web:gw.example", iat: NOW / 1_000, exp: NOW / 1_000 + 60 };
  return tokenOf(seed, without({ alg: "EdDSA", typ: "JWT", ...header }), without({ ...claims, ...changes }));
}

/** null stands for a member that is left out. */
function without(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null));
}

export function codeOf(run: () => unknown): unknown {
  try {
    run();
    return "ok";
  } catch (error) {
    return error instanceof Error && "code" in error ? error.code : error;
  }
}
