import { encodeUtf8, readJson } from "@tau-edge/encoding";
import { describe, expect, it } from "vitest";
import { equalJson, jsonText } from "./json-likeness.ts";

const read = (text: string) => readJson(encodeUtf8(text), { integers: "exact", floats: "distinct" });

describe("equalJson", () => {
  it.each([
    ["1", "1"],
    ["1.0", "1.0"],
    ["1.0", "1e0"],
    ["0.0", "-0"],
    ["18446744073709551615", "18446744073709551615"],
    ['"a"', '"\\u0061"'],
    ["[1,[2.5,{}]]", "[1,[25e-1,{}]]"],
    ['{"a":1,"b":[null]}', '{"b":[null],"a":1}'],
    ['{"__proto__":1}', '{"__proto__":1}'],
  ])("%s is %s", (left, right) => {
    expect(equalJson(read(left), read(right))).toBe(true);
    expect(equalJson(read(right), read(left))).toBe(true);
  });

  it.each([
    ["1", "1.0"],
    ["0", "-0"],
    ["1", '"1"'],
    ["1", "true"],
    ["null", "0"],
    ["null", "{}"],
    ["[]", "{}"],
    ["{}", "0.0"],
    ["[1]", "[1,1]"],
    ["[1,2]", "[2,1]"],
    ['{"a":1}', '{"a":2}'],
    ['{"a":1}', '{"b":1}'],
    ['{"a":1}', '{"a":1,"b":1}'],
    ['{"toString":1}', '{"x":1}'],
    ['{"__proto__":{}}', '{"x":{}}'],
    ["18446744073709551615", "18446744073709551614"],
    // One letter, and two characters that look like it.
    ['"\u00e9"', '"e\u0301"'],
  ])("%s is not %s", (left, right) => {
    expect(equalJson(read(left), read(right))).toBe(false);
    expect(equalJson(read(right), read(left))).toBe(false);
  });
});

describe("jsonText", () => {
  it.each([
    ['{"b":1.0,"a":[-0,0,1.5,1e300,1e21]}', '{"a":[-0.0,0,1.5,1e+300,1e+21],"b":1.0}'],
    ['[18446744073709551615,true,null,"\\n\\""]', '[18446744073709551615,true,null,"\\n\\""]'],
    ["{}", "{}"],
  ])("%s", (text, shown) => {
    expect(jsonText(read(text))).toBe(shown);
    expect(equalJson(read(jsonText(read(text))), read(text))).toBe(true);
  });
});
