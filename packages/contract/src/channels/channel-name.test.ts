import { sha256 } from "@tau-edge/encoding";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { channelNameOf, isChannelName, originalChannelNameOf } from "./channel-name.ts";

const nameOf = (id: string) => channelNameOf(id, sha256);

describe("channelNameOf", () => {
  it.each([
    ["edge-wasm", "edge-wasm"],
    ["Edge_Wasm-2", "Edge_Wasm-2"],
    ["v1.2", "v1.2"],
    ["b.c/d", "b.c%2Fd"],
    ["..", "%2E%2E"],
    [".hidden", "%2Ehidden"],
    ["end.", "end%2E"],
    [".", "%2E"],
    ["a b", "a%20b"],
    ["50%", "50%25"],
    ["%2F", "%252F"],
    ["größe", "gr%C3%B6%C3%9Fe"],
    ["a\u0000b", "a%00b"],
    ["x".repeat(200), "x".repeat(200)],
    ["x".repeat(201), "sha256-84a0678c90937f5dcf9994d5866668da6b995109c8ad845410559b48a4ecafed"],
    [`sha256-${"0".repeat(64)}`, `%73ha256-${"0".repeat(64)}`],
    ["sha256-short", "sha256-short"],
  ])("%j is %s", (id, name) => {
    expect(nameOf(id)).toBe(name);
  });

  it("hashes what would be too long", () => {
    expect(nameOf("é".repeat(34))).toMatch(/^sha256-[0-9a-f]{64}$/);
    expect(nameOf("é".repeat(33))).toHaveLength(198);
  });

  it.each([
    ["b.c/d", "v1.2"],
    ["größe", "deployment"],
    ["_x_", "x"],
  ])("gives %j and %j two directories, where the original gives them one", (left, right) => {
    expect(originalChannelNameOf(left)).toBe(originalChannelNameOf(right));
    expect(nameOf(left)).not.toBe(nameOf(right));
  });

  it("is one name for one id, and always a safe one", () => {
    const id = fc.oneof(
      fc.string({ unit: "binary", minLength: 1 }),
      fc.stringMatching(/^[a-c./%2EF-]{1,6}$/),
      fc.stringMatching(/^(sha256-[01]{64}|%73ha256-[01]{64})$/),
    );
    const seen = new Map<string, string>();
    fc.assert(
      fc.property(
        id.filter((text) => text.isWellFormed()),
        (text) => {
          const name = nameOf(text);
          expect(isChannelName(name)).toBe(true);
          expect(seen.get(name) ?? text).toBe(text);
          seen.set(name, text);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it("has none for a blank id, which no case has", () => {
    expect(() => nameOf("")).toThrow(RangeError);
  });
});

describe("isChannelName", () => {
  it.each(["", ".", "..", "a/b", "a\\b", ".a", "a.", "%2e", "%G0", "%2", "a b", "é", "x".repeat(201), "a\n"])(
    "refuses %j",
    (text) => {
      expect(isChannelName(text)).toBe(false);
    },
  );

  it.each(["edge-wasm", "b.c%2Fd", "%2E%2E"])("takes %j", (text) => {
    expect(isChannelName(text)).toBe(true);
  });
});

describe("originalChannelNameOf", () => {
  it.each([
    ["edge-wasm", "edge-wasm"],
    ["v1.2", "deployment"],
    ["_x_", "x"],
    ["___", "channel"],
    ["größe", "deployment"],
  ])("%j is %s", (id, name) => {
    expect(originalChannelNameOf(id)).toBe(name);
  });
});
