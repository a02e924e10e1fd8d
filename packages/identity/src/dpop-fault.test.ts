import { sha256 } from "@tau-edge/encoding";
import { describe, expect, it } from "vitest";
import { type DpopExpectation, dpopFault } from "./dpop-fault.ts";
import { readDpopProof } from "./dpop-proof.ts";
import { hashOf, NOW, proofOf, URL_OF_REQUEST } from "./tokens.test-helper.ts";

const TOKEN = "tk_abcdefgh_secret";
const EXPECTED = { method: "POST", url: URL_OF_REQUEST, now_unix_ms: NOW };
const faultOf = (claims: Parameters<typeof proofOf>[0], expected: Partial<DpopExpectation> = {}) =>
  dpopFault(readDpopProof(proofOf(claims), sha256), { ...EXPECTED, ...expected }, sha256);

describe("RFC 9449 section 4.3", () => {
  it("a proof for this request has no fault", () => {
    expect(faultOf({})).toBeUndefined();
    expect(faultOf({ ath: hashOf(TOKEN) }, { accessToken: TOKEN })).toBeUndefined();
    expect(faultOf({ lsh: hashOf("secret") }, { linkSecret: "secret" })).toBeUndefined();
  });

  it.each(["GET", "post", "POST2", "PUT"])("check 8: another method, %s", (htm) => {
    expect(faultOf({ htm })).toBe("dpop_method");
  });

  it.each([
    ["another host", "https://other.example/v1/token"],
    ["another host behind the right one", "https://gw.example.evil.example/v1/token"],
    ["a user before another host", "https://gw.example@evil.example/v1/token"],
    ["another scheme", "http://gw.example/v1/token"],
    ["another port", "https://gw.example:8443/v1/token"],
    ["another path", "https://gw.example/v1/token/"],
    ["another case of the path", "https://gw.example/v1/Token"],
    ["a path alone", "/v1/token"],
    ["an encoded slash", "https://gw.example/v1%2Ftoken"],
    ["no URL", "token"],
  ])("check 9: %s", (_name, htu) => expect(faultOf({ htu })).toBe("dpop_url"));

  it.each([
    ["a query", `${URL_OF_REQUEST}?a=b`],
    ["a fragment", `${URL_OF_REQUEST}#a`],
    ["the default port", "https://gw.example:443/v1/token"],
    ["capitals in scheme and host", "HTTPS://GW.example/v1/token"],
    ["needless escapes", "https://gw.example/v1/%74oken"],
    ["a dot segment", "https://gw.example/v2/../v1/./token"],
  ])("check 9: %s makes no other URL", (_name, htu) => expect(faultOf({ htu })).toBeUndefined());

  it("check 9: nor does the query of the request", () => {
    expect(faultOf({}, { url: `${URL_OF_REQUEST}?x=1#y` })).toBeUndefined();
    expect(faultOf({}, { url: "token" })).toBe("dpop_url");
  });

  it.each([
    [-60_000, undefined],
    [-60_001, "dpop_time"],
    [60_000, undefined],
    [60_001, "dpop_time"],
    [Number.NaN, "dpop_time"],
    [-NOW, "dpop_time"],
  ])("check 11: a clock that is off by %d ms", (off_ms, fault) => {
    expect(faultOf({}, { now_unix_ms: NOW + off_ms })).toBe(fault);
  });

  it.each([
    ["of another token", { ath: hashOf("another") }, { accessToken: TOKEN }],
    ["that is missing", {}, { accessToken: TOKEN }],
    ["where no token is sent", { ath: hashOf(TOKEN) }, {}],
    ["of an empty token", { ath: hashOf("") }, {}],
  ])("check 12: a hash %s", (_name, claims, expected) => expect(faultOf(claims, expected)).toBe("dpop_token"));

  it.each([
    ["of another secret", { lsh: hashOf("another") }, { linkSecret: "secret" }],
    ["that is missing", {}, { linkSecret: "secret" }],
    ["where no secret is sent", { lsh: hashOf("secret") }, {}],
  ])("a link's hash %s", (_name, claims, expected) => expect(faultOf(claims, expected)).toBe("dpop_link"));
});
