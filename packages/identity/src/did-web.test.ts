import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { didWebFromUrl, didWebOf, didWebUrl, parseDidWeb } from "./did-web.ts";

const refused = (code: string, at?: unknown) =>
  expect.objectContaining({ name: "IdentityError", code, ...(at !== undefined && { at }) });

describe("a did:web and the URL of its document", () => {
  // The first four are the examples of the specification, "Create (Register)".
  it.each([
    ["did:web:w3c-ccg.github.io", "https://w3c-ccg.github.io/.well-known/did.json"],
    ["did:web:w3c-ccg.github.io:user:alice", "https://w3c-ccg.github.io/user/alice/did.json"],
    ["did:web:example.com%3A3000", "https://example.com:3000/.well-known/did.json"],
    ["did:web:example.com%3A3000:user:alice", "https://example.com:3000/user/alice/did.json"],
    ["did:web:gw.example:agents:a1", "https://gw.example/agents/a1/did.json"],
    ["did:web:xn--bcher-kva.example:A_b.c-d", "https://xn--bcher-kva.example/A_b.c-d/did.json"],
    ["did:web:1a.0x1f.example%3A65535", "https://1a.0x1f.example:65535/.well-known/did.json"],
    ["did:web:gw.example:.well-known:a", "https://gw.example/.well-known/a/did.json"],
    ["did:web:gw.example:did.json", "https://gw.example/did.json/did.json"],
  ])("%s <-> %s", (did, url) => {
    expect(didWebUrl(parseDidWeb(did))).toBe(url);
    expect(didWebFromUrl(url)).toEqual(parseDidWeb(did));
    const { host, path, port } = parseDidWeb(did);
    expect(didWebOf(host, path, port)).toEqual(parseDidWeb(did));
  });

  it("are one pair up to the longest, and no longer", () => {
    const path = [..."abcdefghijklm"].map((sign) => sign.repeat(37));
    const longest = didWebOf("gw.example", path);
    expect(longest.did).toHaveLength(512);
    expect(didWebFromUrl(didWebUrl(longest))).toEqual(longest);
    expect(() => didWebOf("gw1.example", path)).toThrow(refused("did_too_long", 512));
    expect(() => didWebFromUrl(`https://gw.example/${"a".repeat(506)}/did.json`)).toThrow(refused("did_too_long", 533));
  });

  it("are one pair: a browser goes to that host and that path, and nowhere else", () => {
    const part = fc.stringMatching(/^[A-Za-z0-9._-]{1,20}$/);
    const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?$/);
    fc.assert(
      fc.property(
        fc.array(label, { minLength: 1, maxLength: 4 }),
        label,
        fc.array(part, { maxLength: 3 }),
        (first, last, path) => {
          const did = `did:web:${[`${first.join(".")}.${last}`, ...path].join(":")}`;
          let found: ReturnType<typeof parseDidWeb>;
          try {
            found = parseDidWeb(did);
          } catch {
            return;
          }
          const url = new URL(didWebUrl(found));
          expect(url.href).toBe(didWebUrl(found));
          expect([url.hostname, url.username, url.search, url.hash]).toEqual([found.host, "", "", ""]);
          expect(didWebFromUrl(url.href)).toEqual(found);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe("what is refused", () => {
  it.each([
    ["http://gw.example/.well-known/did.json", "did_web_url"],
    ["https://gw.example/did.json", "did_web_url"],
    ["https://gw.example/agents/a1", "did_web_url"],
    ["https://gw.example/agents/a1/did.json?x=1", "did_web_url"],
    ["https://gw.example/agents/a1/did.json#k", "did_web_url"],
    ["https://gw.example/a%2Fb/did.json", "did_web_url"],
    ["https://gw.example/a:b/did.json", "did_web_url"],
    ["https://gw.example%3A1/a/did.json", "did_web_url"],
    ["https://user:pass@gw.example/a/did.json", "did_web_host"],
    ["https://user@gw.example/a/did.json", "did_web_host"],
    ["https://127.0.0.1/.well-known/did.json", "did_web_host"],
    ["https://[::1]/.well-known/did.json", "did_web_url"],
    ["https://gw.example:/a/did.json", "did_web_port"],
    ["https://gw.example//did.json", "did_web_url"],
    ["https://gw.example/a//did.json", "did_web_path"],
    ["https://gw.example/a/../did.json", "did_web_path"],
    ["https://gw.example/a?b/did.json", "did_url"],
    [`https://gw.example/${"a".repeat(600)}/did.json`, "did_too_long"],
  ])("%s as the URL of a document", (url, code) => {
    expect(() => didWebFromUrl(url)).toThrow(refused(code));
  });

  it.each([
    ["gw.example:a", [], undefined, "did_web_path"],
    ["gw.example%3A80", [], undefined, "did_web_path"],
    ["gw.example", ["a:b"], undefined, "did_web_path"],
    ["gw.example", [""], undefined, "did_web_path"],
    ["gw.example", [], 0, "did_web_port"],
    ["gw.example", [], 1.5, "did_web_port"],
    ["gw.example", [], 65_536, "did_web_port"],
  ] as const)("%s, %j and port %s as its parts", (host, path, port, code) => {
    expect(() => didWebOf(host, path, port)).toThrow(refused(code));
  });

  it.each([
    ["gw.example%3A8443%3A1", "did_web_port"],
    ["gw.example:.well-known", "did_web_path"],
    [`${"a".repeat(63)}.example`, undefined],
    [`${"a".repeat(64)}.example`, "did_web_host"],
    [`${"a.".repeat(123)}example`, undefined],
    [`${"a.".repeat(124)}example`, "did_web_host"],
  ])("or taken: %s", (rest, code) => {
    if (code === undefined) expect(parseDidWeb(`did:web:${rest}`).host).toBe(rest);
    else expect(() => parseDidWeb(`did:web:${rest}`)).toThrow(refused(code));
  });

  it("is said with its place", () => {
    expect(() => parseDidWeb("did:web:gw.example:a:..:b")).toThrow(refused("did_web_path", 21));
    expect(() => parseDidWeb("did:web:gw.example%3A0")).toThrow(refused("did_web_port", 18));
    expect(() => parseDidWeb("did:key:gw.example")).toThrow(refused("did_method", 0));
  });
});
