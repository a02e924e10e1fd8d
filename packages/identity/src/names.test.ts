import { describe, expect, it } from "vitest";
import { checkName, normalizeName } from "./names.ts";

describe("what a person typed", () => {
  it.each([
    [" Edge.Tau_1 ", "edge.tau_1"],
    ["\u0085Operator_One\u2003", "operator_one"],
    ["A", "a"],
    ["x".repeat(63), "x".repeat(63)],
  ])("%j is %s", (text, name) => expect(normalizeName("subject", text)).toBe(name));

  it.each(["\ufeffa", "a b", "\u212aelvin", "a\u0000"])("%j has a sign that no name has", (text) => {
    expect(() => normalizeName("network", text)).toThrow(expect.objectContaining({ code: "network_malformed" }));
  });
});

describe("a name", () => {
  it.each(["tau-devnet", "browser-agent", "a", "0", "a.b.c", "a_b", "a--b", "edge.example.org", "x".repeat(63)])(
    "%s is one",
    (name) => expect(checkName("network", name)).toBe(name),
  );

  it.each([
    ...["", " ", ".", "..", ".a", "a.", "a..b", "-a", "a-", "_a", "a_", "a.-b", "a-.b", "a._b"],
    ...["A", " a", "a ", "a\n", "a:b", "a/b", "a%2Eb", "ä", "\ud800", "x".repeat(64), "x".repeat(600)],
  ])("%j is none", (text) => {
    expect(() => checkName("subject", text)).toThrow(
      expect.objectContaining({ name: "IdentityError", code: "subject_malformed", at: "subject" }),
    );
  });
});
