/** The header field parsers by themselves: what the suites over HTTP cannot reach, because clients and servers tidy fields up. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { prefersJson } from "./accept.ts";
import { answerRange } from "./byte-range.ts";
import { namesTag } from "./entity-tag.ts";
import { hostOf, hostRule, isLoopback, LOOPBACK_HOSTS } from "./hosts.ts";

const ETAG = `"sha256:00"`;

describe("entity tags", () => {
  it("finds a tag in any well-formed list and in no other text", () => {
    const opaque = fc.string({ unit: fc.constantFrom(..."ab!#~\u00ff"), maxLength: 5 }).map((text) => `"${text}"`);
    const tag = fc.tuple(fc.boolean(), opaque).map(([weak, text]) => (weak ? `W/${text}` : text));
    const separator = fc.constantFrom(",", " , ", ",,", ",\t,");
    fc.assert(
      fc.property(fc.array(tag), fc.array(tag), separator, fc.boolean(), (before, after, comma, weak) => {
        const field = [...before, weak ? `W/${ETAG}` : ETAG, ...after].join(comma);
        expect(namesTag(field, ETAG, "weak")).toBe(true);
        expect(namesTag(field, ETAG, "strong")).toBe(!weak);
        expect(namesTag([...before, ...after].join(comma), ETAG, "weak")).toBe(false);
      }),
    );
  });

  it.each([`${ETAG} ${ETAG}`, `${ETAG}x`, `x${ETAG}`, `${ETAG}, *`, "**", `'sha256:00'`, `"sha256:00`, ""])(
    "takes %j for no list",
    (field) => expect(namesTag(field, ETAG, "weak")).toBe(false),
  );

  it("reads a hostile field in linear time", () => {
    expect(namesTag(`${",\t".repeat(2_000)}x`, ETAG, "weak")).toBe(false);
    expect(namesTag(`"${"a".repeat(4_000)}`, ETAG, "weak")).toBe(false);
  });
});

describe("ranges", () => {
  it("gives what a plain reading of RFC 9110 gives", () => {
    const bound = fc.option(fc.nat(30), { nil: undefined });
    fc.assert(
      fc.property(bound, bound, fc.nat(20), (first, last, size) => {
        const answer = answerRange(`bytes=${first ?? ""}-${last ?? ""}`, size);
        const positions = Array.from({ length: size }, (_, nth) => nth).filter((nth) => {
          if (first === undefined) return last !== undefined && nth >= size - last;
          return nth >= first && (last === undefined || nth <= last);
        });
        const range = { start: positions[0], end: (positions.at(-1) ?? 0) + 1 };
        if (size === 0 && first === undefined && last !== undefined && last > 0) return;
        expect(answer).toEqual(positions.length === 0 ? { kind: "unsatisfiable" } : { kind: "part", range });
      }),
    );
  });

  it("finds nothing in an empty object", () => {
    for (const field of ["bytes=0-", "bytes=-0", "bytes=0-0"]) expect(answerRange(field, 0).kind).toBe("unsatisfiable");
    expect(answerRange("bytes=-1", 0).kind, "the last byte of nothing is nothing").toBe("whole");
  });
});

describe("hosts", () => {
  it("reads the host of a URL and nothing that only looks like it", () => {
    expect(hostOf("http://LocalHost:8787/x")).toBe("localhost");
    expect(hostOf("http://[::1]:80/")).toBe("[::1]");
    expect(hostOf("http://localhost@evil.example/")).toBe("evil.example");
    expect(hostOf("http://evil.example#@localhost/")).toBe("evil.example");
    expect(hostOf("nonsense")).toBe("");
  });

  it("admits the listed names and subdomains of none", () => {
    const rule = hostRule(LOOPBACK_HOSTS);
    expect(["http://localhost/", "http://127.0.0.1:9/", "https://[::1]/"].every(rule)).toBe(true);
    expect(["http://a.localhost/", "http://localhost./", "http://127.0.0.2/", "http:///"].some(rule)).toBe(false);
    expect(hostRule("any")("http://anything.example/")).toBe(true);
  });

  it("knows what other machines reach", () => {
    expect(["127.0.0.1", "127.9.9.9", "::1", "[::1]", "localhost"].every(isLoopback)).toBe(true);
    expect(["0.0.0.0", "::", "10.0.0.1", "127.0.0.1.evil.example", "1127.0.0.1"].some(isLoopback)).toBe(false);
  });
});

describe("accept", () => {
  it.each([
    ["", false],
    ["*/*", false],
    ["application/json", true],
    ["application/health+json;q=0", false],
    ["text/plain, application/json;q=0.5", false],
    ["text/*;q=0.1, application/health+json;q=0.9", true],
    ["APPLICATION/JSON", true],
    ["application/json;q=x", false],
  ] as const)("%j asks for JSON: %j", (accept, expected) => {
    expect(prefersJson(accept, "application/health+json")).toBe(expected);
  });
});
