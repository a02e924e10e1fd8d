/** One kind of token is never taken for another (RFC 8725 section 3.11), whatever good signature it has. */
import { sha256, toBase64url } from "@tau-edge/encoding";
import { describe, expect, it } from "vitest";
import { readBootstrapLink } from "./bootstrap-link.ts";
import { readDidJwt } from "./did-jwt.ts";
import { readDpopProof } from "./dpop-proof.ts";
import { isPasswordHash } from "./password-hash.ts";
import { isSecretToken, writeSecretToken } from "./secret-token.ts";
import { codeOf, didJwtOf, didOf, NOW, proofOf, SEEDS, URL_OF_REQUEST } from "./tokens.test-helper.ts";

const ALL_CLAIMS = {
  ...{ iss: didOf(SEEDS.a), aud: "did:web:gw.example", iat: NOW / 1_000, exp: NOW / 1_000 + 60 },
  ...{ jti: "j", htm: "POST", htu: URL_OF_REQUEST },
};
const KINDS = {
  proof: proofOf(ALL_CLAIMS),
  did_jwt: didJwtOf(ALL_CLAIMS),
  access_token: writeSecretToken("abcd2345", new Uint8Array(32).fill(9)),
  link: `https://gw.example/boot#v1.${toBase64url(new Uint8Array(12))}.${toBase64url(new Uint8Array(32))}`,
} as const;
const READERS = {
  proof: (text: string) => codeOf(() => readDpopProof(text, sha256)),
  did_jwt: (text: string) => codeOf(() => readDidJwt(text)),
  access_token: (text: string) => (isSecretToken(text) ? "ok" : "no_token"),
  link: (text: string) => codeOf(() => readBootstrapLink(text)),
} as const;

describe.each([
  ["proof", ["ok", "did_jwt_type", "no_token", "link_malformed"]],
  ["did_jwt", ["dpop_type", "ok", "no_token", "link_malformed"]],
  ["access_token", ["jws_form", "jws_form", "ok", "link_malformed"]],
  ["link", ["jws_form", "jws_form", "no_token", "ok"]],
] as const)("a %s", (kind, verdicts) => {
  it.each(["proof", "did_jwt", "access_token", "link"] as const)("read as a %s", (reader) => {
    expect(READERS[reader](KINDS[kind])).toBe(verdicts[Object.keys(READERS).indexOf(reader)]);
  });

  it("is no password hash", () => expect(isPasswordHash(KINDS[kind])).toBe(false));
});
