/**
 * Does every runtime say the same about a signature, whether its own verifier is asked or portable code, and does a key
 * made there sign proofs that are good, and cannot be taken away? Nothing here knows where it runs.
 */
import { agentKeyOf, generateAgentKey, importAgentKey, openLiveVerifier } from "@tau-edge/adapter-webcrypto";
import { encodeUtf8, fromHex, sha256, toBase64url } from "@tau-edge/encoding";
import {
  didJwtFault,
  didJwtSigningInput,
  dpopFault,
  dpopHash,
  dpopSigningInput,
  finishJws,
  IdentityError,
  readDidJwt,
  readDpopProof,
} from "@tau-edge/identity";
import type { LiveVerify } from "@tau-edge/ports";
import { check, checkEqual, type TestRegistrar } from "@tau-edge/ports/suites";
import { ed25519PublicKey, verifyEd25519 } from "@tau-edge/signature";
import {
  FORGED_SIGNATURE,
  forgeryOf,
  GATEWAY_DID,
  NOW,
  SIGNATURE_CASES,
  SMALL_ORDER_KEYS,
  TOKEN_URL,
} from "./live-cases.ts";

const VERIFIERS: readonly (readonly [name: string, LiveVerify | undefined])[] = [
  ["the platform's", undefined],
  ["portable code", () => false],
];

export function liveSuite(t: TestRegistrar): void {
  const test = (name: string, run: () => Promise<void>) => t.test(`live signatures: ${name}`, run);
  test("the platform's verifier passes its test", async () => {
    checkEqual((await openLiveVerifier({ keysMax: 4 })).by, "platform", "who verifies");
  });
  for (const [verifier, platformVerify] of VERIFIERS)
    for (const { name, message, key, signature, good } of SIGNATURE_CASES)
      test(`${name} is ${good ? "good" : "refused"} by ${verifier}`, async () => {
        const { verify } = await openLiveVerifier({
          keysMax: 4,
          ...(platformVerify !== undefined && { platformVerify }),
        });
        const args = [fromHex(signature), fromHex(message), fromHex(key)] as const;
        checkEqual([await verify(...args), verifyEd25519(...args).ok], [good, good], "live and strict verdict");
      });
  for (const hex of SMALL_ORDER_KEYS) test(`nobody speaks for ${hex}`, () => refuseForgery(hex));
  test("a key that was made here signs proofs, and cannot be exported", madeHere);
  test("a key that was derived signs DID-JWTs, and its seed is gone", derivedHere);
}

async function refuseForgery(hex: string): Promise<void> {
  const { key, didJwt, proof } = forgeryOf(hex);
  checkEqual(
    codeOf(() => readDidJwt(didJwt)),
    "did_key_point",
    "the DID-JWT",
  );
  checkEqual(
    codeOf(() => readDpopProof(proof, sha256)),
    "jwk_key",
    "the proof",
  );
  const { verify } = await openLiveVerifier({ keysMax: 4 });
  const signingInput = encodeUtf8(didJwt.slice(0, didJwt.lastIndexOf(".")));
  checkEqual(await verify(FORGED_SIGNATURE, signingInput, key), false, "the signature alone");
}

async function madeHere(): Promise<void> {
  const pair = await generateAgentKey();
  const key = await agentKeyOf(pair);
  let exported = false;
  for (const format of ["jwk", "pkcs8"] as const)
    await crypto.subtle.exportKey(format, pair.privateKey).then(
      () => (exported = true),
      () => undefined,
    );
  check(!exported, "the private key stays where it is");

  const token = "tk_something";
  const ath = dpopHash(encodeUtf8(token), sha256);
  const claims = { jti: "j", htm: "GET", htu: TOKEN_URL, iat_unix_ms: NOW, ath, nonce: "n" };
  const signingInput = dpopSigningInput(key.publicKey, claims);
  const text = finishJws(signingInput, await key.sign(signingInput));
  const proof = readDpopProof(text, sha256);
  checkEqual(proof.did, key.did, "who signs");
  const expected = { method: "GET", url: TOKEN_URL, now_unix_ms: NOW, accessToken: token };
  checkEqual(dpopFault(proof, expected, sha256), undefined, "fault of the proof");
  const { verify } = await openLiveVerifier({ keysMax: 4 });
  check(await verify(proof.signature, proof.signingInput, proof.publicKey), "its signature is good");
  const other = encodeUtf8(`${text.slice(0, 20)}x${text.slice(21, text.lastIndexOf("."))}`);
  check(!(await verify(proof.signature, other, proof.publicKey)), "and for no other proof");
}

async function derivedHere(): Promise<void> {
  const seed = new Uint8Array(32).fill(7);
  const publicKey = ed25519PublicKey(seed);
  const key = await importAgentKey(seed);
  checkEqual(seed, new Uint8Array(32), "the seed");
  checkEqual(key.publicKey, publicKey, "the public key");
  const issued = { issuer: key.did, audience: GATEWAY_DID, issued_unix_ms: NOW, expires_unix_ms: NOW + 60_000 };
  const signingInput = didJwtSigningInput({ ...issued, more: { key: toBase64url(publicKey) } });
  const jwt = readDidJwt(finishJws(signingInput, await key.sign(signingInput)));
  checkEqual(
    didJwtFault(jwt, { audience: GATEWAY_DID, now_unix_ms: NOW, skew_ms: 0 }),
    undefined,
    "fault of the token",
  );
  const { verify } = await openLiveVerifier({ keysMax: 4 });
  check(await verify(jwt.signature, jwt.signingInput, publicKey), "its signature is good");
}

function codeOf(run: () => unknown): string {
  try {
    run();
    return "ok";
  } catch (error) {
    if (error instanceof IdentityError) return error.code;
    throw error;
  }
}
