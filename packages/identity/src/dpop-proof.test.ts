import { encodeUtf8, fromBase64url, fromHex, sha256, toBase64url } from "@tau-edge/encoding";
import { checkEd25519PublicKey, verifyEd25519, verifyP256 } from "@tau-edge/signature";
import { describe, expect, it } from "vitest";
import { parseDidKey } from "./did-key.ts";
import { dpopHash, dpopSigningInput, readDpopProof, rememberDpopKeys } from "./dpop-proof.ts";
import { jwkThumbprint, okpJwk } from "./jwk.ts";
import { codeOf, hashOf, NOW, proofOf, publicKeyOf, SEEDS, signedWith, URL_OF_REQUEST } from "./tokens.test-helper.ts";

const read = (text: string) => readDpopProof(text, sha256);
const readCode = (text: string) => codeOf(() => read(text));

describe("RFC 9449", () => {
  /** Section 4.1, figure 2, and section 7.1, figure 13: one P-256 key signs both. */
  const HEADER =
    "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19";
  const PROOFS = [
    [
      "the token request of section 4.1",
      "eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjYyNjE2fQ",
      "2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg",
    ],
    [
      "the resource request of section 7.1",
      "eyJqdGkiOiJlMWozVl9iS2ljOC1MQUVCIiwiaHRtIjoiR0VUIiwiaHR1IjoiaHR0cHM6Ly9yZXNvdXJjZS5leGFtcGxlLm9yZy9wcm90ZWN0ZWRyZXNvdXJjZSIsImlhdCI6MTU2MjI2MjYxOCwiYXRoIjoiZlVIeU8ycjJaM0RaNTNFc05yV0JiMHhXWG9hTnk1OUlpS0NBcWtzbVFFbyJ9",
      "2oW9RP35yRqzhrtNP86L-Ey71EOptxRimPPToA1plemAgR6pxHF8y6-yqyVnmcw6Fy1dqd-jfxSYoMxhAJpLjA",
    ],
  ] as const;
  /** Section 7.1: the access token beside the second proof, and the `ath` in it. */
  const TOKEN = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU";
  const ATH = "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo";

  it.each(PROOFS)("%s is a good one of P-256, and refused because it is of P-256", (_name, payload, signature) => {
    const key = Uint8Array.of(
      4,
      ...fromBase64url("l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs"),
      ...fromBase64url("9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA"),
    );
    expect(verifyP256(fromBase64url(signature), encodeUtf8(`${HEADER}.${payload}`), key)).toEqual({ ok: true });
    expect(readCode(`${HEADER}.${payload}.${signature}`)).toBe("jws_alg");
  });

  it.each(PROOFS)("the claims of %s are read when an Ed25519 key signs them", (name, payload) => {
    const header = { typ: "dpop+jwt", alg: "EdDSA", jwk: okpJwk(publicKeyOf(SEEDS.a)) };
    const signingInput = encodeUtf8(`${toBase64url(encodeUtf8(JSON.stringify(header)))}.${payload}`);
    const { jti, htm, htu, iat_unix_ms, ath } = read(signedWith(SEEDS.a, signingInput));
    expect([jti, htm, htu, iat_unix_ms, ath]).toEqual(
      name.includes("4.1")
        ? ["-BwC3ESc6acc2lTc", "POST", "https://server.example.com/token", 1562262616000, undefined]
        : ["e1j3V_bKic8-LAEB", "GET", "https://resource.example.org/protectedresource", 1562262618000, ATH],
    );
  });

  it("section 7.1: `ath` is the hash of the access token", () => {
    expect(dpopHash(encodeUtf8(TOKEN), sha256)).toBe(ATH);
  });
});

describe("a proof", () => {
  it("says its key in all three forms, and all claims", () => {
    const claims = { jti: "j", htm: "GET", htu: URL_OF_REQUEST, iat_unix_ms: NOW };
    const more = { ath: hashOf("t"), nonce: "n", lsh: hashOf("s") };
    const publicKey = publicKeyOf(SEEDS.a);
    const proof = read(signedWith(SEEDS.a, dpopSigningInput(publicKey, { ...claims, ...more })));
    expect(proof).toMatchObject({ ...claims, ...more, publicKey, jkt: jwkThumbprint(publicKey, sha256) });
    expect(parseDidKey(proof.did).publicKey).toEqual(publicKey);
    expect(verifyEd25519(proof.signature, proof.signingInput, proof.publicKey)).toEqual({ ok: true });
  });

  it("may have claims that nobody asked for (RFC 7519 section 4)", () => {
    expect(readCode(proofOf({ exp: 1, foo: { bar: [1] } }))).toBe("ok");
  });

  it("may be signed under the new name of the algorithm (RFC 9864)", () => {
    expect(readCode(proofOf({}, { alg: "Ed25519" }))).toBe("ok");
  });

  it.each([
    [null, "dpop_type"],
    ["JWT", "dpop_type"],
    ["DPoP+JWT", "dpop_type"],
    ["application/dpop+jwt", "dpop_type"],
    ["at+jwt", "dpop_type"],
    [1, "dpop_type"],
  ])("of type %j is none", (typ, code) => expect(readCode(proofOf({}, { typ }))).toBe(code));

  it.each([
    ["a kid", { kid: "1" }, "dpop_header"],
    ["another parameter", { foo: "bar" }, "dpop_header"],
    ["no key", { jwk: null }, "dpop_header"],
    ["a private key", { jwk: { ...okpJwk(publicKeyOf(SEEDS.a)), d: toBase64url(SEEDS.a) } }, "jwk_malformed"],
    ["a symmetric key", { jwk: { kty: "oct", k: "AAAA" } }, "jwk_malformed"],
    ["crit", { crit: ["jwk"] }, "jws_header"],
    ["x5c", { x5c: [] }, "jws_header"],
    ["jku", { jku: "https://evil.example" }, "jws_header"],
    ["algorithm none", { alg: "none" }, "jws_alg"],
    ["a MAC", { alg: "HS256" }, "jws_alg"],
  ])("with %s in its header is refused", (_name, header, code) => expect(readCode(proofOf({}, header))).toBe(code));

  it.each([
    ...["jti", "htm", "htu", "iat"].map((name) => [name, null] as const),
    ...["jti", "htm", "htu", "ath", "nonce", "lsh"].flatMap((name) => [
      ...[1, "", ["a"], true, "a b", "a\n", "é", "\u0000"].map((value) => [name, value] as const),
      [name, "x".repeat(4_000)] as const,
    ]),
    ...["1800000000", -1, 1e15, [1], true].map((value) => ["iat", value] as const),
    ...["ath", "lsh"].map((name) => [name, "short"] as const),
  ])("whose %s is %j breaks the rule of that claim", (name, value) => {
    expect(readCode(proofOf({ [name]: value }))).toBe("dpop_claim");
  });

  it("is not told by what is refused in it", () => {
    expect(() => read(proofOf({ jti: ["canary-of-jti"] }))).toThrow(expect.not.stringMatching(/canary/));
  });

  it("takes a fraction of a second for what it is (RFC 7519 section 2)", () => {
    expect(read(proofOf({ iat: 1.5 })).iat_unix_ms).toBe(1_500);
  });

  it.each([
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
  ])("by the key %s, under which everybody can sign, is refused", (hex) => {
    const jwk = { kty: "OKP", crv: "Ed25519", x: toBase64url(fromHex(hex)) };
    expect(readCode(proofOf({}, { jwk }))).toBe("jwk_key");
  });
});

describe("what a recorder of a request may change in a proof", () => {
  const claims = { ath: hashOf("t"), nonce: "n", lsh: hashOf("s") };
  const changes = {
    ...{ jti: "another", htm: "GET", htu: "https://gw.example/v1/agents/revoke", iat: NOW / 1_000 + 1 },
    ...{ ath: hashOf("u"), nonce: "o", lsh: hashOf("u"), added: 1 },
  };
  const parts = (text: string) => text.split(".");

  it.each(Object.entries(changes))("%s: its signature is of another proof then", (name, value) => {
    const [header, payload, signature] = parts(proofOf(claims));
    const [, altered] = parts(proofOf({ ...claims, [name]: value }));
    expect(altered).not.toBe(payload);
    const proof = read([header, altered, signature].join("."));
    expect(verifyEd25519(proof.signature, proof.signingInput, proof.publicKey)).toEqual({
      ...{ ok: false, fault: "equation_fails" },
    });
  });

  it.each(["nonce", "ath", "lsh"])("%s, by leaving it out", (name) => {
    const [header, , signature] = parts(proofOf(claims));
    const [, altered] = parts(proofOf({ ...claims, [name]: null }));
    const proof = read([header, altered, signature].join("."));
    expect(verifyEd25519(proof.signature, proof.signingInput, proof.publicKey).ok).toBe(false);
  });

  it("the key: it is another agent then, and the signature is not theirs", () => {
    const [, payload, signature] = parts(proofOf(claims));
    const [header] = parts(proofOf(claims, {}, SEEDS.b));
    const proof = read([header, payload, signature].join("."));
    expect(proof.jkt).toBe(jwkThumbprint(publicKeyOf(SEEDS.b), sha256));
    expect(verifyEd25519(proof.signature, proof.signingInput, proof.publicKey).ok).toBe(false);
  });

  it("the algorithm's name: it is covered as well", () => {
    const [, payload, signature] = parts(proofOf(claims));
    const [header] = parts(proofOf(claims, { alg: "Ed25519" }));
    const proof = read([header, payload, signature].join("."));
    expect(verifyEd25519(proof.signature, proof.signingInput, proof.publicKey).ok).toBe(false);
  });
});

describe("remembered keys", () => {
  const counting = () => {
    let hashes = 0;
    const remembered = rememberDpopKeys(2, (bytes) => {
      hashes += 1;
      return sha256(bytes);
    });
    return { read: (text: string) => readDpopProof(text, sha256, remembered), hashes: () => hashes };
  };
  const by = (seed: number, jti: string) => proofOf({ jti }, {}, new Uint8Array(32).fill(seed));

  it("give the same proof as without, and look at a key once", () => {
    const { read: readAgain, hashes } = counting();
    for (const jti of ["1", "2", "3"]) expect(readAgain(by(1, jti))).toEqual(read(by(1, jti)));
    expect(hashes()).toBe(1);
  });

  it("are no more than they may be: the oldest is looked at again", () => {
    const { read: readAgain, hashes } = counting();
    for (const seed of [1, 2, 3, 2, 3]) readAgain(by(seed, "1"));
    expect(hashes()).toBe(3);
    readAgain(by(1, "1"));
    expect(hashes()).toBe(4);
  });

  it("are not kept under a header that somebody made long", () => {
    const { read: readAgain, hashes } = counting();
    const jwk = JSON.stringify(okpJwk(publicKeyOf(SEEDS.a)));
    const header = `{"typ":"dpop+jwt","alg":"EdDSA","jwk":${jwk}${" ".repeat(400)}}`;
    const [, payload] = proofOf().split(".");
    const text = signedWith(SEEDS.a, encodeUtf8(`${toBase64url(encodeUtf8(header))}.${payload}`));
    for (let i = 0; i < 3; i++) expect(readAgain(text).jti).toBe(read(proofOf()).jti);
    expect(hashes()).toBe(3);
  });

  it("do not make a bad header good when it comes again", () => {
    const { read: readAgain } = counting();
    for (let i = 0; i < 3; i++) expect(codeOf(() => readAgain(proofOf({}, { kid: "1" })))).toBe("dpop_header");
    expect(checkEd25519PublicKey(readAgain(by(1, "1")).publicKey)).toBe("ok");
  });
});
