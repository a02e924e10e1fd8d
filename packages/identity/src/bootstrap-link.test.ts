import { createHmac } from "node:crypto";
import { fromBase64url, sha256, toBase64url, toHex } from "@tau-edge/encoding";
import { describe, expect, it } from "vitest";
import { linkCheck, pinOf, readBootstrapLink, writeBootstrapLink } from "./bootstrap-link.ts";
import { codeOf } from "./tokens.test-helper.ts";

const ID = toBase64url(new Uint8Array(12).fill(1));
const SECRET = toBase64url(new Uint8Array(32).fill(2));
const PIN = toBase64url(new Uint8Array(32).fill(3));
const GATEWAY = "https://gw.example";
const LINK = `${GATEWAY}/boot#v1.${ID}.${SECRET}`;
const readCode = (url: string) => codeOf(() => readBootstrapLink(url));

describe("a bootstrap link", () => {
  it.each([
    GATEWAY,
    "https://gw.example:8443",
    "https://gw.example/tau",
    "http://127.0.0.1:8787",
    "http://localhost:8787",
    "http://[::1]:8787",
  ])("of %s is read as it was written", (gateway) => {
    for (const link of [
      { gateway, link_id: ID, secret: SECRET },
      { gateway, link_id: ID, secret: SECRET, pin: PIN },
    ])
      expect(readBootstrapLink(writeBootstrapLink(link))).toEqual(link);
  });

  it("has its secret in the fragment, which is sent nowhere (RFC 3986 section 3.5)", () => {
    const url = new URL(writeBootstrapLink({ gateway: GATEWAY, link_id: ID, secret: SECRET }));
    expect(url.href.replace(url.hash, "")).toBe("https://gw.example/boot");
    expect(url.hash).toContain(SECRET);
  });

  it.each([
    ["another version", LINK.replace("#v1.", "#v2.")],
    ["the secret in the query", LINK.replace("#v1.", "?v1.")],
    ["another path", LINK.replace("/boot#", "/boots#")],
    ["no fragment", `${GATEWAY}/boot`],
    ["an id that is short", LINK.replace(ID, ID.slice(1))],
    ["a secret that is short", LINK.slice(0, -1)],
    ["a secret with other trailing bits", `${LINK.slice(0, -1)}J`],
    ["a pin that is short", `${LINK}.${PIN.slice(1)}`],
    ["more than a pin", `${LINK}.${PIN}.${PIN}`],
    ["a newline at its end", `${LINK}\n`],
    ["a space before it", ` ${LINK}`],
    ["no scheme", LINK.replace("https://", "")],
    ["another scheme", LINK.replace("https:", "javascript:")],
    ["a user", LINK.replace("gw.", "user@gw.")],
    ["capitals in the host", LINK.replace("gw.", "GW.")],
    ["the default port", LINK.replace("example", "example:443")],
    ["a slash at the end of the gateway", LINK.replace("/boot", "//boot")],
    ["a dot segment", LINK.replace("/boot", "/a/../boot")],
    ["an empty text", ""],
  ])("with %s is malformed", (_name, url) => expect(readCode(url)).toBe("link_malformed"));

  it.each([
    "http://gw.example",
    "http://127.0.0.1.evil.example",
    "http://localhost.evil.example:8787",
    "http://127.0.0.2",
    "http://10.0.0.1:8787",
  ])("to %s would go in clear", (gateway) => {
    expect(readCode(`${gateway}/boot#v1.${ID}.${SECRET}`)).toBe("link_insecure");
  });

  it("beyond the limit is not looked at", () => expect(readCode(`${LINK}${"a".repeat(1_024)}`)).toBe("link_too_long"));

  it("is not repeated by what is said of it", () => {
    for (const url of [LINK.replace("https", "http"), `${LINK}x`, `${LINK}${"a".repeat(1_024)}`])
      expect(() => readBootstrapLink(url)).toThrow(expect.not.stringMatching(new RegExp(`${SECRET}|${ID}`)));
  });

  it("is not written for a gateway whose link nobody could read", () => {
    expect(codeOf(() => writeBootstrapLink({ gateway: "http://gw.example", link_id: ID, secret: SECRET }))).toBe(
      "link_insecure",
    );
    expect(codeOf(() => writeBootstrapLink({ gateway: GATEWAY, link_id: ID, secret: "short" }))).toBe("link_malformed");
  });
});

describe("what a gateway keeps of it", () => {
  const key = new Uint8Array(32).fill(4);

  it("is a MAC of 32 bytes over domain, id and secret", () => {
    const parts = ["tau-edge/bootstrap-link/v1", ID, SECRET];
    const message = Buffer.concat(
      parts.flatMap((part) => [Buffer.from([0, 0, 0, part.length]), Buffer.from(part, "utf8")]),
    );
    expect(toHex(linkCheck(key, ID, SECRET))).toBe(createHmac("sha256", key).update(message).digest("hex"));
  });

  it("is another one for another secret, another id and another key", () => {
    const checks = [
      linkCheck(key, ID, SECRET),
      linkCheck(key, ID, PIN),
      linkCheck(key, PIN.slice(0, 16), SECRET),
      linkCheck(
        key.map((byte) => byte ^ 1),
        ID,
        SECRET,
      ),
      linkCheck(key, `${ID}${SECRET}`, ""),
    ];
    expect(new Set(checks.map(toHex)).size).toBe(checks.length);
  });

  it("a pin is the SHA-256 of the raw key", () => {
    const publicKey = fromBase64url("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
    expect(pinOf(publicKey, sha256)).toBe(toBase64url(sha256(publicKey)));
    expect(pinOf(publicKey, sha256)).toHaveLength(43);
  });
});
