import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { keyValueLine, type LineValue } from "./key-value-line.ts";

describe("keyValueLine", () => {
  it.each<[LineValue, string]>([
    ["pass", "pass"],
    ["a=b", "a=b"],
    ["", "none"],
    [null, "none"],
    [0, "0"],
    [false, "false"],
    [[], "none"],
    [["a", "b"], "a,b"],
    [{}, "none"],
    [{ b: 1, a: "x" }, "b:1,a:x"],
    ["two words", '"two words"'],
    ['say "x"', '"say \\"x\\""'],
    ["größe", '"gr\\u00f6\\u00dfe"'],
    ["\u001b[2J", '"\\u001b[2J"'],
    [["a b", "c"], '"a b,c"'],
  ])("%j is %s", (value, text) => {
    expect(keyValueLine({ key: value })).toBe(`key=${text}`);
  });

  it("gives a text back that was put in quotes, and never more than one line", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1 }), (text) => {
        const line = keyValueLine({ key: text, next: 1 });
        expect(line).toMatch(/^key=[\x20-\x7e]+ next=1$/);
        const value = line.slice("key=".length, -" next=1".length);
        expect(value.startsWith('"') ? JSON.parse(value) : value).toBe(text);
      }),
    );
  });
});
