import { fromBase64url, type JsonValue, sha256, toHex } from "@tau-edge/encoding";
import { calculateJwkThumbprint } from "jose";
import { describe, expect, it } from "vitest";
import { jwkThumbprint, okpJwk, readOkpJwk } from "./jwk.ts";

/** RFC 8037 appendix A.2. */
const X = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
const KEY = fromBase64url(X);
const JWK = { kty: "OKP", crv: "Ed25519", x: X };
const codeOf = (value: JsonValue | undefined) => {
  try {
    return toHex(readOkpJwk(value));
  } catch (error) {
    return error instanceof Error && "code" in error ? error.code : error;
  }
};

describe("RFC 8037", () => {
  it("appendix A.2: the key of RFC 8032 section 7.1, test 1", () => {
    expect(toHex(readOkpJwk(JWK))).toBe("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    expect(okpJwk(KEY)).toEqual(JWK);
  });

  it("appendix A.3: its thumbprint, which jose makes as well", async () => {
    expect(jwkThumbprint(KEY, sha256)).toBe("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    expect(await calculateJwkThumbprint(JWK)).toBe(jwkThumbprint(KEY, sha256));
  });
});

describe("a JWK is refused", () => {
  it.each<readonly [string, JsonValue | undefined]>([
    ["that is none", undefined],
    ["that is null", null],
    ["that is a text", X],
    ["that is a list", ["OKP", "Ed25519", X]],
    ["without x", { kty: "OKP", crv: "Ed25519" }],
    ["with the secret", { ...JWK, d: "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A" }],
    ["with a kid", { ...JWK, kid: "1" }],
    ["with alg", { ...JWK, alg: "EdDSA" }],
    ["with x5c", { ...JWK, x5c: [] }],
    ["with an own __proto__", { ...JWK, ["__proto__"]: "x" }],
    ["of RSA", { kty: "RSA", crv: "Ed25519", x: X }],
    ["of X25519", { kty: "OKP", crv: "X25519", x: X }],
    ["of Ed448", { kty: "OKP", crv: "Ed448", x: X }],
    ["of P-256", { kty: "EC", crv: "P-256", x: X, y: X }],
    ["with x that is a number", { ...JWK, x: 1 }],
    ["with x of 31 bytes", { ...JWK, x: X.slice(0, 42) }],
    ["with x of 33 bytes", { ...JWK, x: `${X}A` }],
    ["with padding", { ...JWK, x: `${X}=` }],
    ["with another last bit", { ...JWK, x: `${X.slice(0, -1)}p` }],
    ["with standard base64", { ...JWK, x: X.replace("_", "/") }],
  ])("%s", (_name, value) => expect(codeOf(value)).toBe("jwk_malformed"));

  it.each([
    ["of order 1", "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"],
    ["of order 4", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"],
    ["that is not on the curve", "AgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"],
    ["that is not canonical", "7f_______________________________________38"],
  ])("with a key %s", (_name, x) => expect(codeOf({ ...JWK, x })).toBe("jwk_key"));

  it("and none of it is repeated", () => {
    expect(() => readOkpJwk({ ...JWK, d: "the-secret" })).toThrow(expect.not.stringMatching(/the-secret/));
  });
});
