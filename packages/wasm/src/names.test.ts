import { describe, expect, it } from "vitest";
import { isVersionSuffix, parseExternName, parseInterfaceName, uniquenessKey } from "./names.ts";

function formOf(name: string): string {
  return parseExternName(name)?.form ?? "refused";
}

describe("the grammar of extern names", () => {
  it.each(["a", "a-b", "a1-2b", "a-1", "ABC", "a-BC-d", "[constructor]a", "[method]a.b", "[static]a-b.C-d"])(
    "%s is plain",
    (name) => {
      expect(formOf(name)).toBe("plain");
    },
  );

  it.each([
    "wasi:http/types",
    "wasi:http/types@0.2.0",
    "wasi:http/types@1.0.0-rc.1+build.5",
    "a1:b-c/d-E@0.0.0",
    "a:b/c@0.2.0-0a",
  ])("%s names an interface", (name) => {
    expect(formOf(name)).toBe("interface");
  });

  it.each([
    "unlocked-dep=<a:b>",
    "locked-dep=<a:b@1.0.0>,integrity=<sha256-x>",
    "url=<https://example.com/x>",
    "integrity=<sha256-x>",
  ])("%s is a removed form, told apart", (name) => {
    expect(formOf(name)).toBe("legacy_dependency");
  });

  it.each([
    "",
    " a",
    "a ",
    "a\0",
    "a_b",
    "a--b",
    "-a",
    "a-",
    "aB",
    "1a",
    "é",
    "wаsi:http/types@0.2.0", // the second letter is Cyrillic
    "WASI:http/types@0.2.0",
    "wasi:HTTP/types@0.2.0",
    "wasi:http/types@0.2.0 ",
    "wasi:http/types@0.2.0\0",
    "wasi:http/types\n@0.2.0",
    "wasi:http/types@0.2.0\n",
    "wasi:http",
    "wasi:http/",
    "a:b:c/d",
    "a:b/c/d",
    "a:b/c@",
    "a:b/c@1.",
    "a:b/c@01.0.0",
    "a:b/c@1.0",
    "a:b/c@1.0.0-01",
    "a:b/c@1.0.0-",
    "a:b/c@1.0.0+",
    "[method]a",
    "[method]a.b.c",
    "[constructor]",
    "[constructor]a.b",
    "[resource-drop]a",
    "[Method]a.b",
    "unlocked-dep=a:b",
  ])("%j is refused", (name) => {
    expect(formOf(name)).toBe("refused");
  });

  it("takes an interface name apart", () => {
    expect(parseInterfaceName("wasi:http/outgoing-handler@0.2.3")).toEqual({
      form: "interface",
      name: "wasi:http/outgoing-handler@0.2.3",
      namespace: "wasi",
      package: "http",
      interface: "outgoing-handler",
      version: "0.2.3",
      canonical: false,
    });
    expect(parseInterfaceName("wasi:io/poll@0.2")).toMatchObject({ version: "0.2", canonical: true });
  });

  it("answers in time linear in the name, however it almost matches", () => {
    const digits = `a${"-1".repeat(50_000)}!`;
    expect(formOf(digits)).toBe("refused");
    expect(formOf(`a:b/c@1.0.0-${"1.".repeat(40_000)}!`)).toBe("refused");
    expect(formOf(`a:b/c@1.0.0-${"0".repeat(90_000)}!`)).toBe("refused");
  });
});

describe("version suffixes", () => {
  it.each([
    ["0.2", ".3", true],
    ["1", ".4.0-rc.1", true],
    ["0.0.3", "", true],
    ["0.0.3", "-rc", true],
    ["0.2", "", false],
    ["0.2", "3", false],
    ["0.2.3", "", false],
    ["0.2", ".3.4", false],
  ])("%s + %j completes: %s", (version, suffix, expected) => {
    expect(isVersionSuffix(version, suffix)).toBe(expected);
  });
});

describe("strong uniqueness", () => {
  it.each([
    ["a-b", "A-b", true],
    ["a", "[method]a.a", true],
    ["a", "[static]a.a", true],
    ["[method]a.b", "[static]a.b", true],
    ["[constructor]a", "[constructor]A", true],
    ["a", "[constructor]a", false],
    ["a", "[method]a.b", false],
    ["a:b/c@1.0.0", "a:b/c@2.0.0", false],
  ])("%s and %s collide: %s", (left, right, collide) => {
    expect(uniquenessKey(left) === uniquenessKey(right)).toBe(collide);
  });
});
