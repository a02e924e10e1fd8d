import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EncodingErrorCode } from "./errors.ts";
import { writePrettyJson } from "./json-pretty.ts";
import { JsonFloat, type ReadJsonOptions, readJson } from "./json-read.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);
const read = (text: string, options?: ReadJsonOptions) => readJson(bytesOf(text), options ?? {});
const refusal = (code: EncodingErrorCode, at: number) => expect.objectContaining({ name: "EncodingError", code, at });

describe("accepted, with the value of JSON.parse", () => {
  it.each([
    "null",
    " \t\r\n true \n",
    "false",
    "0",
    "-0",
    "-1",
    "9007199254740991",
    "-9007199254740991",
    "1.0",
    "0.1",
    "1e5",
    "1E+5",
    "1e-5",
    "123.456e78",
    "0e400",
    "0.0e-999",
    "9007199254740993.0",
    "1.7976931348623157e308",
    "5e-324",
    '""',
    '"a"',
    String.raw`"\"\\\/\b\f\n\r\t"`,
    String.raw`"\u0000\u001f\u007f\u00e9\uFFFF"`,
    String.raw`"\ud83d\ude00"`,
    '"\u007f\u2028\u2029\ufeff\u{1f600}"',
    "[]",
    "[[],[[]]]",
    "[1,2 , 3\n]",
    "{}",
    '{"":0}',
    '{"a":{"b":[{}]},"c":"d"}',
    '{"a":1,"A":2,"\u00e4":3,"a\u0308":4}',
    '{"constructor":1,"toString":2,"hasOwnProperty":3}',
    '{"2":0,"10":1,"1":2}',
  ])("%s", (text) => {
    const value = read(text);
    expect(value).toStrictEqual(JSON.parse(text));
    expect(Object.is(value, -0)).toBe(Object.is(JSON.parse(text), -0));
  });
});

describe("refused, with the offset in bytes", () => {
  it.each<[string, EncodingErrorCode, number]>([
    ["", "json_syntax", 0],
    ["  ", "json_syntax", 2],
    ["nul", "json_syntax", 0],
    ["True", "json_syntax", 0],
    ["NaN", "json_syntax", 0],
    ["Infinity", "json_syntax", 0],
    ["undefined", "json_syntax", 0],
    ["null null", "json_syntax", 5],
    ["1]", "json_syntax", 1],
    ["\f1", "json_syntax", 0],
    ["\u00a01", "json_syntax", 0],
    ["// c\n1", "json_syntax", 0],
    ["[1/**/]", "json_syntax", 2],
    ["[", "json_syntax", 1],
    ["[1", "json_syntax", 2],
    ["[1,", "json_syntax", 3],
    ["[,1]", "json_syntax", 1],
    ["[1,]", "json_syntax", 3],
    ["[1 2]", "json_syntax", 3],
    ["[1}", "json_syntax", 2],
    ["{", "json_syntax", 1],
    ["{a:1}", "json_syntax", 1],
    ["{'a':1}", "json_syntax", 1],
    ["{1:1}", "json_syntax", 1],
    ['{"a"}', "json_syntax", 4],
    ['{"a" 1}', "json_syntax", 5],
    ['{"a":}', "json_syntax", 5],
    ['{"a":1,}', "json_syntax", 7],
    ['{"a":1;"b":2}', "json_syntax", 6],
    ['{"a":1]', "json_syntax", 6],
    ["+1", "json_syntax", 0],
    ["-", "json_syntax", 0],
    ["--1", "json_syntax", 0],
    [".5", "json_syntax", 0],
    ["5.", "json_syntax", 1],
    ["01", "json_syntax", 1],
    ["-01", "json_syntax", 2],
    ["0x10", "json_syntax", 1],
    ["1e", "json_syntax", 1],
    ["1e+", "json_syntax", 1],
    ["1.e5", "json_syntax", 1],
    ["1_000", "json_syntax", 1],
    ["\uff11", "json_syntax", 0],
    ['"', "json_syntax", 1],
    ['"a', "json_syntax", 2],
    ['"\\', "json_syntax", 1],
    [String.raw`"\x41"`, "json_syntax", 1],
    [String.raw`"\'"`, "json_syntax", 1],
    [String.raw`"\U0041"`, "json_syntax", 1],
    [String.raw`"\u004"`, "json_syntax", 1],
    [String.raw`"\u 041"`, "json_syntax", 1],
    ['"a\nb"', "json_syntax", 2],
    ['"\t"', "json_syntax", 1],
    ['"\u0000"', "json_syntax", 1],
    ['"\u00e9\u{1f600}" x', "json_syntax", 9],
    ["\ufeff{}", "json_bom", 0],
    ['{"a":1,"a":1}', "json_duplicate_key", 7],
    [String.raw`{"a":1,"\u0061":2}`, "json_duplicate_key", 7],
    ['{"__proto__":1,"__proto__":2}', "json_duplicate_key", 15],
    ['{"\u00e9":{"b":1,"b":2}}', "json_duplicate_key", 13],
    [String.raw`"\ud800"`, "json_ill_formed_string", 0],
    [String.raw`["\udc00"]`, "json_ill_formed_string", 1],
    [String.raw`"\ude00\ud83d"`, "json_ill_formed_string", 0],
    [String.raw`{"\ud800":1}`, "json_ill_formed_string", 1],
    ["9007199254740992", "json_number_range", 0],
    ["[-9007199254740992]", "json_number_range", 1],
    [`1${"0".repeat(400)}`, "json_number_range", 0],
    ["1e309", "json_number_range", 0],
    ["-1e309", "json_number_range", 0],
    ["1e-400", "json_number_range", 0],
    ["0.0000001e-320", "json_number_range", 0],
  ])("%j", (text, code, at) => {
    expect(() => read(text)).toThrow(refusal(code, at));
  });

  it.each<[string, number[], number]>([
    ["a lone tail byte", [0x22, 0x80, 0x22], 1],
    ["an overlong slash", [0x22, 0xc0, 0xaf, 0x22], 1],
    ["a surrogate in three bytes", [0x22, 0x61, 0xed, 0xa0, 0x80, 0x22], 2],
    ["beyond U+10FFFF", [0x22, 0xf4, 0x90, 0x80, 0x80, 0x22], 1],
    ["a cut sequence", [0x22, 0xe2, 0x82, 0x22], 1],
    ["UTF-16", [0x22, 0x00, 0xff, 0xfe], 2],
    ["outside a string", [0x5b, 0xff, 0x5d], 1],
  ])("ill-formed UTF-8: %s", (_name, bytes, at) => {
    expect(() => readJson(Uint8Array.from(bytes))).toThrow(refusal("json_utf8", at));
  });
});

describe("limits", () => {
  it("64 levels are read, 65 are not", () => {
    expect(read("[".repeat(64) + "]".repeat(64))).toBeDefined();
    expect(() => read("[".repeat(65))).toThrow(refusal("json_too_deep", 64));
    expect(() => read('{"a":'.repeat(65))).toThrow(refusal("json_too_deep", 320));
    expect(() => read("[[]]", { depth_max: 1 })).toThrow(refusal("json_too_deep", 1));
    // Depth is of nesting, not of containers.
    expect(read(`[${"[],{},".repeat(100)}[]]`)).toHaveLength(201);
  });

  it("100,000 levels do not exhaust the stack", () => {
    expect(() => read("[".repeat(100_000))).toThrow(refusal("json_too_deep", 64));
  });

  it("more bytes than the limit are refused before they are read", () => {
    expect(() => readJson(new Uint8Array(16 * 1024 * 1024 + 1))).toThrow(refusal("json_too_large", 16 * 1024 * 1024));
    expect(read('"ab"', { size_bytes_max: 4 })).toBe("ab");
    expect(() => read('"abc"', { size_bytes_max: 4 })).toThrow(refusal("json_too_large", 4));
  });
});

describe("keys", () => {
  it("__proto__ is an own key and changes no prototype", () => {
    const value = read('{"__proto__":{"admin":true},"x":1}') as Record<string, unknown>;
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(Object.keys(value)).toEqual(["__proto__", "x"]);
    expect(value["admin"]).toBeUndefined();
  });
});

describe("integers: exact", () => {
  it("keeps what binary64 cannot hold, and writes it back unchanged", () => {
    const text = '{\n  "u64": 18446744073709551615,\n  "small": 7,\n  "minus": -9007199254740993,\n  "half": 0.5\n}';
    const value = read(text, { integers: "exact" });
    expect(value).toEqual({ u64: 18446744073709551615n, small: 7, minus: -9007199254740993n, half: 0.5 });
    expect(new TextDecoder().decode(writePrettyJson(value))).toBe(text);
  });

  it("has an end, because long integers cost more than their length", () => {
    expect(read("9".repeat(1000), { integers: "exact" })).toBe(10n ** 1000n - 1n);
    expect(() => read("9".repeat(1001), { integers: "exact" })).toThrow(refusal("json_number_range", 0));
  });
});

describe("against JSON.parse", () => {
  const strict = (text: string) => {
    try {
      return { value: read(text, { integers: "exact" }) };
    } catch (error) {
      return { error };
    }
  };

  it("reads what JSON.stringify writes", () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: "binary" }), fc.nat(3), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        const result = strict(text);
        expect(new TextDecoder().decode(writePrettyJson(result.value))).toBe(JSON.stringify(JSON.parse(text), null, 2));
      }),
      { numRuns: 2000 },
    );
  });

  it("accepts nothing that JSON.parse refuses, and agrees on the value", () => {
    const fragments = fc.constantFrom(
      ..."{}[]:,\"\\ \n-+.0123eE/tfnu'",
      '"a"',
      '"b":',
      "true",
      "null",
      "1e5",
      "\\u00e9",
    );
    let accepted = 0;
    fc.assert(
      fc.property(fc.array(fragments, { maxLength: 9 }), (parts) => {
        const text = parts.join("");
        const result = strict(text);
        if ("error" in result) return;
        accepted++;
        expect(result.value).toStrictEqual(JSON.parse(text));
      }),
      { numRuns: 50_000, seed: 8259 },
    );
    expect(accepted).toBeGreaterThan(1000);
  });
});

describe("floats: distinct", () => {
  const distinct = (text: string) => read(text, { integers: "exact", floats: "distinct" });

  it.each<[string, unknown]>([
    ["1", 1],
    ["-7", -7],
    ["18446744073709551615", 18446744073709551615n],
    ["1.0", new JsonFloat(1)],
    ["-2.50", new JsonFloat(-2.5)],
    ["1e2", new JsonFloat(100)],
    ["0e0", new JsonFloat(0)],
    ["-0", new JsonFloat(-0)],
    ["-0.0", new JsonFloat(-0)],
  ])("%s", (text, value) => {
    expect(distinct(text)).toStrictEqual(value);
  });

  it("at any depth, and only when it is asked for", () => {
    expect(distinct('{"a":[1,1.0]}')).toStrictEqual({ a: [1, new JsonFloat(1)] });
    expect(read('{"a":[1,1.0]}')).toStrictEqual({ a: [1, 1] });
  });

  it("refuses what it cannot hold, as without it", () => {
    expect(() => distinct("1e309")).toThrow(refusal("json_number_range", 0));
    expect(() => distinct("1e-400")).toThrow(refusal("json_number_range", 0));
  });
});
