import { describe, expect, it } from "vitest";
import { writePrettyJson } from "./json-pretty.ts";

const write = (value: unknown) => new TextDecoder().decode(writePrettyJson(value));

describe("writePrettyJson", () => {
  it("two spaces a level, keys as they stand, empty containers closed at once, no newline at the end", () => {
    expect(write({ b: [1, { c: null }], a: {}, d: [], "\u00e9": "\u00e9\n" })).toBe(
      '{\n  "b": [\n    1,\n    {\n      "c": null\n    }\n  ],\n  "a": {},\n  "d": [],\n  "\u00e9": "\u00e9\\n"\n}',
    );
  });

  it("writes integers of any size", () => {
    expect(write([2n ** 64n - 1n, -1n])).toBe("[\n  18446744073709551615,\n  -1\n]");
  });

  it("refuses what JSON has no form for, instead of leaving it out", () => {
    expect(() => write({ a: undefined })).toThrow(expect.objectContaining({ code: "json_not_plain", at: "$.a" }));
    expect(() => write([Number.POSITIVE_INFINITY])).toThrow(
      expect.objectContaining({ code: "json_not_plain", at: "$[0]" }),
    );
  });
});
