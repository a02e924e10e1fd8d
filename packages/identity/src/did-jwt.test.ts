import { fromHex, toMultibase } from "@tau-edge/encoding";
import { verifyEd25519 } from "@tau-edge/signature";
import { describe, expect, it } from "vitest";
import { finishJws, jwsSigningInput } from "./compact-jws.ts";
import { didJwtFault, didJwtSigningInput, readDidJwt } from "./did-jwt.ts";
import { codeOf, didJwtOf, didOf, NOW, publicKeyOf, SEEDS, signedWith } from "./tokens.test-helper.ts";

const AUDIENCE = "did:web:gw.example";
const EXPECTED = { audience: AUDIENCE, now_unix_ms: NOW, skew_ms: 5_000 };
const readCode = (text: string) => codeOf(() => readDidJwt(text));
const faultOf = (claims: Parameters<typeof didJwtOf>[0], expected: Partial<typeof EXPECTED> = {}) =>
  didJwtFault(readDidJwt(didJwtOf(claims)), { ...EXPECTED, ...expected });
const DID = didOf(SEEDS.a);

describe("a DID-JWT", () => {
  const claims = { issuer: DID, audience: AUDIENCE, issued_unix_ms: NOW, expires_unix_ms: NOW + 60_000 };

  it("is read as it was written", () => {
    const text = signedWith(SEEDS.a, didJwtSigningInput({ ...claims, more: { nonce: "n", iss: "did:key:another" } }));
    const jwt = readDidJwt(text);
    expect(jwt).toMatchObject({
      ...{ issuer: DID, audiences: [AUDIENCE], issued_unix_ms: NOW, expires_unix_ms: NOW + 60_000 },
      payload: { iss: DID, nonce: "n" },
    });
    expect(jwt.publicKey).toEqual(publicKeyOf(SEEDS.a));
    expect(verifyEd25519(jwt.signature, jwt.signingInput, publicKeyOf(SEEDS.a))).toEqual({ ok: true });
    expect(didJwtFault(jwt, EXPECTED)).toBeUndefined();
  });

  it("of a did:web names the key, and does not say which one that is", () => {
    const signingInput = didJwtSigningInput({ ...claims, issuer: AUDIENCE, audience: DID }, `${AUDIENCE}#2026-11`);
    const jwt = readDidJwt(signedWith(SEEDS.a, signingInput));
    expect([jwt.kid, jwt.publicKey]).toEqual([`${AUDIENCE}#2026-11`, undefined]);
  });

  it.each([
    ["a did:key with its only key", didJwtOf({}, { kid: `${DID}#${DID.slice(8)}` }), "ok"],
    ["a did:key with another name", didJwtOf({}, { kid: `${DID}#primary` }), "did_jwt_header"],
    ["a did:key with a key of another", didJwtOf({}, { kid: `${didOf(SEEDS.b)}#primary` }), "did_jwt_header"],
    ["a did:web without one", didJwtOf({ iss: AUDIENCE }), "did_jwt_header"],
    ["a did:web with a key of another", didJwtOf({ iss: AUDIENCE }, { kid: `${AUDIENCE}.evil#1` }), "did_jwt_header"],
    [
      "a did:web with a key of one that is as long",
      didJwtOf({ iss: AUDIENCE }, { kid: "did:web:gv.example#1" }),
      "did_jwt_header",
    ],
    ["a did:web with a relative one", didJwtOf({ iss: AUDIENCE }, { kid: "#1" }), "did_jwt_header"],
    ["a did:web with a list", didJwtOf({ iss: AUDIENCE }, { kid: [`${AUDIENCE}#1`] }), "did_jwt_header"],
    ["a did:web with an empty name", didJwtOf({ iss: AUDIENCE }, { kid: `${AUDIENCE}#` }), "did_jwt_header"],
    [
      "a did:web with a long name",
      didJwtOf({ iss: AUDIENCE }, { kid: `${AUDIENCE}#${"a".repeat(65)}` }),
      "did_jwt_header",
    ],
  ])("and its `kid`: %s", (_name, text, code) => expect(readCode(text)).toBe(code));

  it("counts in its time and for its audience", () => {
    expect(faultOf({ aud: ["did:web:other.example", AUDIENCE] })).toBeUndefined();
    expect(faultOf({ aud: ["did:web:other.example"] })).toBe("did_jwt_audience");
    expect(faultOf({}, { audience: `${AUDIENCE}:a` })).toBe("did_jwt_audience");
    expect(faultOf({}, { now_unix_ms: NOW + 64_999 })).toBeUndefined();
    expect(faultOf({}, { now_unix_ms: NOW + 65_000 })).toBe("did_jwt_expired");
    expect(faultOf({}, { now_unix_ms: Number.NaN })).toBe("did_jwt_expired");
    expect(faultOf({}, { now_unix_ms: NOW - 5_000 })).toBeUndefined();
    expect(faultOf({}, { now_unix_ms: NOW - 5_001 })).toBe("did_jwt_not_yet");
    expect(faultOf({ nbf: NOW / 1_000 + 10 })).toBe("did_jwt_not_yet");
  });

  it.each([-1, 60_001, Number.NaN])("is not looked at with a skew of %d ms", (skew_ms) => {
    expect(() => faultOf({}, { skew_ms })).toThrow(RangeError);
  });

  it.each([
    ...["iss", "aud", "exp"].map((name) => [name, null] as const),
    ...["exp", "iat", "nbf"].flatMap((name) => ["1", -1, [], true].map((value) => [name, value] as const)),
    ...["iss", "aud"].flatMap((name) => [1, "", "a b", "a".repeat(513), {}].map((value) => [name, value] as const)),
    ["aud", []] as const,
    ["aud", [1]] as const,
    ["aud", [""]] as const,
    ["aud", new Array<string>(9).fill(AUDIENCE)] as const,
  ])("whose %s is %j breaks the rule of that claim", (name, value) => {
    expect(readCode(didJwtOf({ [name]: value }))).toBe("did_jwt_claim");
  });
});

/** identity.md 1: what the did-jwt library lets pass. */
describe("what did-jwt accepts, and is refused here", () => {
  it("(a) a token that A signed as B, whatever was verified before", () => {
    const good = readDidJwt(didJwtOf());
    const forged = readDidJwt(didJwtOf({ iss: didOf(SEEDS.b) }));
    const expected = Object.freeze({ ...EXPECTED });
    for (const { signature, signingInput, publicKey = new Uint8Array() } of [good])
      expect(verifyEd25519(signature, signingInput, publicKey).ok).toBe(true);
    expect(didJwtFault(good, expected)).toBeUndefined();
    expect(forged.publicKey).toEqual(publicKeyOf(SEEDS.b));
    expect(verifyEd25519(forged.signature, forged.signingInput, publicKeyOf(SEEDS.b)).ok).toBe(false);
  });

  it("(b) a token for nobody", () => expect(readCode(didJwtOf({ aud: null }))).toBe("did_jwt_claim"));
  it("(c) a token without end", () => expect(readCode(didJwtOf({ exp: null }))).toBe("did_jwt_claim"));
  it("(d) a token that expired 200 s ago", () => {
    expect(faultOf({ iat: NOW / 1_000 - 300, exp: NOW / 1_000 - 200 })).toBe("did_jwt_expired");
    expect(faultOf({ exp: NOW / 1_000 - 61 }, { skew_ms: 60_000 })).toBe("did_jwt_expired");
  });
  it("(e) an unknown `crit`", () => expect(readCode(didJwtOf({}, { crit: ["exp"], exp: 1 }))).toBe("jws_header"));
  it.each(["dpop+jwt", "at+jwt", "jwt", null])("(f) the type %j", (typ) => {
    expect(readCode(didJwtOf({}, { typ }))).toBe("did_jwt_type");
  });
  it("(g) an issuer that issues itself", () => {
    expect(readCode(didJwtOf({ iss: "https://self-issued.me", did: DID }))).toBe("did_jwt_issuer");
    expect(readCode(didJwtOf({ iss: "https://self-issued.me/v2", did: DID }))).toBe("did_jwt_issuer");
    expect(readCode(didJwtOf({ iss: "did:ethr:0xb9c5714089478a327f09197987f16f9e5d936e8a" }))).toBe("did_jwt_issuer");
  });
  it("(h) a key twice in one object", () => {
    const encoded = [`{"alg":"EdDSA","typ":"JWT"}`, `{"iss":"${DID}","aud":"x","aud":"${AUDIENCE}","exp":9}`].map(
      (text) => Buffer.from(text).toString("base64url"),
    );
    expect(readCode(signedWith(SEEDS.a, Buffer.from(encoded.join("."))))).toBe("jws_json");
  });
  it("(i) an issuer under whose key everybody can sign", () => {
    const neutral = "01".padEnd(64, "0");
    const did = `did:key:${toMultibase("z", fromHex(`ed01${neutral}`))}`;
    // R = A = the neutral point and S = 0: good for every message, in a verifier that does not look at the key.
    const signingInput = jwsSigningInput({ alg: "EdDSA", typ: "JWT" }, { iss: did, aud: AUDIENCE, exp: NOW });
    expect(readCode(finishJws(signingInput, fromHex(neutral.padEnd(128, "0"))))).toBe("did_key_point");
  });
  it("an unknown parameter", () => expect(readCode(didJwtOf({}, { foo: 1 }))).toBe("did_jwt_header"));
});
