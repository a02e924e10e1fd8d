import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normalizeHtu } from "./htu.ts";

describe("RFC 3986 section 6.2", () => {
  it.each([
    ["HTTP://User-less.EXAMPLE/%7Efoo/%41%2f", "http://user-less.example/~foo/A%2F"],
    ["http://example.com", "http://example.com/"],
    ["http://example.com:", "http://example.com/"],
    ["http://example.com:80/", "http://example.com/"],
    ["https://example.com:443", "https://example.com/"],
    ["https://example.com:80/", "https://example.com:80/"],
    ["https://[::1]:8443/a", "https://[::1]:8443/a"],
    ["http://example.com/a/b/c/./../../g", "http://example.com/a/g"],
    ["http://example.com/../a", "http://example.com/a"],
    ["http://example.com/a/..", "http://example.com/"],
    ["http://example.com/a/.", "http://example.com/a/"],
    ["http://example.com/%2e%2e/a", "http://example.com/a"],
    ["http://example.com/a//b", "http://example.com/a//b"],
    ["http://example.com/a...b/.c", "http://example.com/a...b/.c"],
    ["http://example.com?x", "http://example.com/"],
    ["http://example.com/a?b=/../c#d", "http://example.com/a"],
  ])("%s", (url, normal) => expect(normalizeHtu(url)).toBe(normal));

  it.each([
    ["no scheme", "//example.com/"],
    ["another scheme", "ftp://example.com/"],
    ["a user", "https://user@example.com/"],
    ["a user with a password", "https://user:secret@example.com/"],
    ["no host", "https:///a"],
    ["half an escape", "https://example.com/%2"],
    ["an escape that is none", "https://example.com/%zz"],
    ["a backslash", "https://example.com\\a"],
    ["white space", "https://example.com/ a"],
    ["a newline at its end", "https://example.com/a\n"],
    ["a port that is none", "https://example.com:8a/"],
    ["other characters", "https://exämple.com/"],
    ["more than 2,048 characters", `https://example.com/${"a".repeat(2_048)}`],
  ])("%s is no URL of a request", (_name, url) => expect(normalizeHtu(url)).toBeUndefined());

  it("says of what the platform has parsed what the platform says, and the same again", () => {
    const segment = fc.stringMatching(/^[A-Za-z0-9._~-]{0,6}$/);
    fc.assert(
      fc.property(fc.webUrl({ validSchemes: ["http", "https"] }), fc.array(segment), (url, segments) => {
        const { origin, pathname } = new URL([url.replace(/\/$/, ""), ...segments].join("/"));
        const found = normalizeHtu(`${origin}${pathname}`);
        if (found !== undefined) expect(normalizeHtu(found)).toBe(found);
        if (/^[A-Za-z0-9._~/-]*$/.test(pathname)) expect(found).toBe(`${origin}${pathname}`);
      }),
    );
  });
});
