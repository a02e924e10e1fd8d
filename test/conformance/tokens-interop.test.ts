/** Our proofs, tokens and keys before three libraries of others, theirs before us, and what they let pass and we do not. */
import { agentKeyOf, generateAgentKey, openLiveVerifier } from "@tau-edge/adapter-webcrypto";
import { encodeUtf8, sha256, toBase64url, toMultibase } from "@tau-edge/encoding";
import {
  type DidDocument,
  didJwtFault,
  didJwtSigningInput,
  didKeyDocument,
  dpopFault,
  dpopSigningInput,
  finishJws,
  IdentityError,
  type JsonObject,
  jwkThumbprint,
  jwsSigningInput,
  okpJwk,
  parseDidKey,
  readCompactJws,
  readDidJwt,
  readDpopProof,
} from "@tau-edge/identity";
import { ed25519PublicKey, verifyEd25519 } from "@tau-edge/signature";
import { createJWT, EdDSASigner, verifyJWT } from "did-jwt";
import { Resolver } from "did-resolver";
import { calculateThumbprint, generateKeyPair, generateProof } from "dpop";
import { CompactSign, calculateJwkThumbprint, compactVerify, EmbeddedJWK, importJWK, jwtVerify, SignJWT } from "jose";
import { beforeAll, describe, expect, it } from "vitest";

const GATEWAY = "did:web:gw.example";
const URL_OF_TOKEN = "https://gw.example/v1/token";

/** Resolves as we do: with our parser and our documents. */
const resolver = new Resolver({
  key: async (did) => ({
    didResolutionMetadata: { contentType: "application/did+json" },
    didDocument: mutable(didKeyDocument(parseDidKey(did))),
    didDocumentMetadata: {},
  }),
});
const mutable = (document: DidDocument) => structuredClone(document) as object as { id: string };

type Agent = Awaited<ReturnType<typeof agentKeyOf>>;
let [agent, other]: Agent[] = [];
let verify: Awaited<ReturnType<typeof openLiveVerifier>>["verify"];
const now_s = () => Math.floor(Date.now() / 1_000);
const made = (one: Agent | undefined): Agent => one ?? expect.fail("the keys are made beforehand");

beforeAll(async () => {
  agent = await agentKeyOf(await generateAgentKey());
  other = await agentKeyOf(await generateAgentKey());
  verify = (await openLiveVerifier({ keysMax: 100 })).verify;
});

async function signed(header: JsonObject, payload: JsonObject, by = made(agent)): Promise<string> {
  const signingInput = jwsSigningInput(header, payload);
  return finishJws(signingInput, await by.sign(signingInput));
}
const didJwt = (claims: JsonObject = {}, header: JsonObject = {}) =>
  signed(
    { alg: "EdDSA", typ: "JWT", ...header },
    { iss: made(agent).did, aud: GATEWAY, iat: now_s(), exp: now_s() + 60, ...claims },
  );
/** Options are made anew for each call: did-jwt writes into them. */
const theirs = (jwt: string) => verifyJWT(jwt, { resolver, audience: GATEWAY, proofPurpose: "authentication" });
const ours = (jwt: string) => {
  try {
    const found = readDidJwt(jwt);
    return didJwtFault(found, { audience: GATEWAY, now_unix_ms: Date.now(), skew_ms: 5_000 }) ?? "ok";
  } catch (error) {
    if (error instanceof IdentityError) return error.code;
    throw error;
  }
};

describe("did-jwt", () => {
  it("verifies our token", async () => {
    const { issuer, did, audience } = { issuer: made(agent).did, did: made(agent).did, audience: GATEWAY };
    const issued = { issued_unix_ms: Date.now(), expires_unix_ms: Date.now() + 60_000 };
    const signingInput = didJwtSigningInput({ issuer, audience, ...issued, more: { nonce: "n" } });
    const jwt = finishJws(signingInput, await made(agent).sign(signingInput));
    const found = await theirs(jwt);
    expect([found.verified, found.issuer, found.payload["nonce"]]).toEqual([true, did, "n"]);
    expect(ours(jwt)).toBe("ok");
  });

  it("makes a token that we read and find good, from a seed and from a key that cannot be exported", async () => {
    const seed = new Uint8Array(32).fill(9);
    const derived = `did:key:${toMultibase("z", Uint8Array.of(0xed, 1, ...ed25519PublicKey(seed)))}`;
    const { did, sign } = made(agent);
    const bytes = (data: string | Uint8Array) => (typeof data === "string" ? encodeUtf8(data) : data);
    for (const [issuer, signer] of [
      [derived, EdDSASigner(seed)],
      [did, async (data: string | Uint8Array) => toBase64url(await sign(bytes(data)))],
    ] as const) {
      const jwt = await createJWT({ aud: GATEWAY }, { issuer, signer, expiresIn: 60 }, { alg: "EdDSA" });
      expect(ours(jwt)).toBe("ok");
      const { signature, signingInput, publicKey = new Uint8Array() } = readDidJwt(jwt);
      expect(verifyEd25519(signature, signingInput, publicKey)).toEqual({ ok: true });
      expect(await verify(signature, signingInput, publicKey)).toBe(true);
    }
  });

  it("(a) takes A's signature for B's when its options come again, and we have no options to write into", async () => {
    const forged = await didJwt({ iss: made(other).did });
    const options = { resolver, audience: GATEWAY };
    await verifyJWT(await didJwt(), options);
    expect((await verifyJWT(forged, options)).payload["iss"]).toBe(made(other).did);
    const { signature, signingInput, publicKey = new Uint8Array() } = readDidJwt(forged);
    expect(await verify(signature, signingInput, publicKey)).toBe(false);
  });

  it.each<readonly [name: string, claims: () => JsonObject, header: JsonObject, ours: string]>([
    ["(d) ended 200 s ago", () => ({ iat: now_s() - 300, exp: now_s() - 200 }), {}, "did_jwt_expired"],
    ["(e) has a critical extension", () => ({}), { crit: ["x"], x: 1 }, "jws_header"],
    ["(f) is of another type", () => ({}), { typ: "dpop+jwt" }, "did_jwt_type"],
  ])("takes a token that %s, and we refuse it", async (_name, claims, header, code) => {
    const jwt = await didJwt(claims(), header);
    expect((await theirs(jwt)).verified).toBe(true);
    expect(ours(jwt)).toBe(code);
  });

  it.each([
    ["(b) is for nobody", "aud"],
    ["(c) has no end", "exp"],
  ])("takes a token that %s, and we refuse it", async (_name, left_out) => {
    const claims = Object.entries({ iss: made(agent).did, aud: GATEWAY, iat: now_s(), exp: now_s() + 60 });
    const payload = Object.fromEntries(claims.filter(([name]) => name !== left_out));
    const jwt = await signed({ alg: "EdDSA", typ: "JWT" }, payload);
    expect((await theirs(jwt)).verified).toBe(true);
    expect(ours(jwt)).toBe("did_jwt_claim");
  });

  it("(g) takes an issuer that issues itself, and we refuse it", async () => {
    const jwt = await didJwt({ iss: "https://self-issued.me", did: made(agent).did });
    expect((await theirs(jwt)).verified).toBe(true);
    expect(ours(jwt)).toBe("did_jwt_issuer");
  });

  it("(h) takes a claim that is there twice, and we refuse it", async () => {
    const payload = `{"iss":"${made(agent).did}","aud":"did:web:other.example","aud":"${GATEWAY}","exp":${now_s() + 60}}`;
    const signingInput = encodeUtf8(
      [`{"alg":"EdDSA","typ":"JWT"}`, payload].map((part) => toBase64url(encodeUtf8(part))).join("."),
    );
    const jwt = finishJws(signingInput, await made(agent).sign(signingInput));
    expect((await theirs(jwt)).verified).toBe(true);
    expect(ours(jwt)).toBe("jws_json");
  });

  it("(i) takes a forgery under a key of small order, when its resolver does not look at keys", async () => {
    const key = Uint8Array.of(1, ...new Uint8Array(31));
    const name = toMultibase("z", Uint8Array.of(0xed, 1, ...key));
    const did = `did:key:${name}`;
    const method = { id: `${did}#${name}`, type: "Multikey", controller: did, publicKeyMultibase: name };
    const document = { id: did, verificationMethod: [method], authentication: [method.id] };
    const lenient = new Resolver({
      key: async () => ({ didResolutionMetadata: {}, didDocument: document, didDocumentMetadata: {} }),
    });
    const signature = Uint8Array.of(...key, ...new Uint8Array(32));
    const jwt = finishJws(
      jwsSigningInput({ alg: "EdDSA", typ: "JWT" }, { iss: did, aud: GATEWAY, exp: now_s() + 60 }),
      signature,
    );
    expect((await verifyJWT(jwt, { resolver: lenient, audience: GATEWAY })).verified).toBe(true);
    expect(ours(jwt)).toBe("did_key_point");
    await expect(theirs(jwt)).rejects.toThrow();
  });
});

describe("jose", () => {
  it("verifies our tokens, and names our keys as we do", async () => {
    const jwk = { ...okpJwk(made(agent).publicKey) };
    const key = await importJWK(jwk, "EdDSA");
    for (const alg of ["EdDSA", "Ed25519"]) {
      const text = await signed({ alg, typ: "JWT" }, { a: "é", n: 1 });
      const { payload } = await compactVerify(text, alg === "EdDSA" ? key : await importJWK(jwk, alg));
      expect(JSON.parse(new TextDecoder().decode(payload))).toEqual({ a: "é", n: 1 });
    }
    expect(await calculateJwkThumbprint(jwk)).toBe(jwkThumbprint(made(agent).publicKey, sha256));
    const { payload } = await jwtVerify(await didJwt(), key, { audience: GATEWAY, issuer: made(agent).did });
    expect(payload.aud).toBe(GATEWAY);
  });

  it("verifies our proofs by the key in them", async () => {
    const claims = { jti: "j", htm: "POST", htu: URL_OF_TOKEN, iat_unix_ms: Date.now() };
    const signingInput = dpopSigningInput(made(agent).publicKey, claims);
    const proof = finishJws(signingInput, await made(agent).sign(signingInput));
    const { protectedHeader } = await jwtVerify(proof, EmbeddedJWK, { typ: "dpop+jwt", algorithms: ["EdDSA"] });
    expect(protectedHeader["jwk"]).toEqual(okpJwk(made(agent).publicKey));
  });

  it.each(["EdDSA", "Ed25519"])("makes tokens that we read and find good, as %s", async (alg) => {
    const { publicKey, privateKey } = await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"]);
    const raw = new Uint8Array(await crypto.subtle.exportKey("raw", publicKey));
    const did = `did:key:${toMultibase("z", Uint8Array.of(0xed, 1, ...raw))}`;
    const jwt = await new SignJWT({})
      .setProtectedHeader({ alg, typ: "JWT" })
      .setIssuer(did)
      .setAudience(GATEWAY)
      .setIssuedAt()
      .setExpirationTime("1m")
      .sign(privateKey);
    expect(ours(jwt)).toBe("ok");
    const { signature, signingInput } = readCompactJws(jwt);
    expect(await verify(signature, signingInput, raw)).toBe(true);
  });

  it("refuses what we refuse: critical extensions, another algorithm, detached payloads", async () => {
    const key = await importJWK({ ...okpJwk(made(agent).publicKey) }, "EdDSA");
    const crit = await signed({ alg: "EdDSA", crit: ["x"], x: 1 }, {});
    await expect(compactVerify(crit, key)).rejects.toThrow();
    expect(() => readCompactJws(crit)).toThrow(expect.objectContaining({ code: "jws_header" }));
    const pair = await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"]);
    const detached = await new CompactSign(encodeUtf8("{}"))
      .setProtectedHeader({ alg: "EdDSA", b64: false, crit: ["b64"] })
      .sign(pair.privateKey)
      .catch(() => "");
    if (detached !== "") expect(() => readCompactJws(detached)).toThrow(IdentityError);
  });
});

describe("dpop", () => {
  const TOKEN = "tk_access";

  it.each([true, false])(
    "makes proofs that we find good, with a key of which extractable is %s",
    async (extractable) => {
      const pair = await generateKeyPair("Ed25519", { extractable });
      expect(pair.privateKey.extractable).toBe(extractable);
      const text = await generateProof(pair, URL_OF_TOKEN, "GET", "nonce-1", TOKEN, {
        lsh: toBase64url(sha256(encodeUtf8("s"))),
      });
      const proof = readDpopProof(text, sha256);
      const expected = {
        method: "GET",
        url: `${URL_OF_TOKEN}?a=b`,
        now_unix_ms: Date.now(),
        accessToken: TOKEN,
        linkSecret: "s",
      };
      expect(dpopFault(proof, expected, sha256)).toBeUndefined();
      expect([proof.nonce, proof.jkt]).toEqual(["nonce-1", await calculateThumbprint(pair.publicKey)]);
      expect(verifyEd25519(proof.signature, proof.signingInput, proof.publicKey)).toEqual({ ok: true });
      expect(await verify(proof.signature, proof.signingInput, proof.publicKey)).toBe(true);
    },
  );

  it.each(["ES256", "RS256", "PS256"] as const)("makes proofs of %s, which we refuse", async (alg) => {
    const text = await generateProof(await generateKeyPair(alg), URL_OF_TOKEN, "GET");
    expect(() => readDpopProof(text, sha256)).toThrow(
      expect.objectContaining({ code: alg === "ES256" ? "jws_alg" : "jws_form" }),
    );
  });
});
