import { readFileSync } from "node:fs";
import canonicalize from "canonicalize";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toHex } from "./hex.ts";
import { writeCanonicalJson } from "./json-canonical.ts";
import { readJson } from "./json-read.ts";
import { sha256 } from "./sha256.ts";
import { encodeUtf8 } from "./utf8.ts";

const write = (value: unknown) => new TextDecoder().decode(writeCanonicalJson(value));
const rewrite = (text: string) => write(readJson(encodeUtf8(text)));

function binary64(hex: string): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt(`0x${hex}`));
  return view.getFloat64(0);
}

describe("RFC 8785 appendix B", () => {
  it.each([
    ["0000000000000000", "0"],
    ["8000000000000000", "0"],
    ["0000000000000001", "5e-324"],
    ["8000000000000001", "-5e-324"],
    ["7fefffffffffffff", "1.7976931348623157e+308"],
    ["ffefffffffffffff", "-1.7976931348623157e+308"],
    ["4340000000000000", "9007199254740992"],
    ["c340000000000000", "-9007199254740992"],
    ["4430000000000000", "295147905179352830000"],
    ["44b52d02c7e14af5", "9.999999999999997e+22"],
    ["44b52d02c7e14af6", "1e+23"],
    ["44b52d02c7e14af7", "1.0000000000000001e+23"],
    ["444b1ae4d6e2ef4e", "999999999999999700000"],
    ["444b1ae4d6e2ef4f", "999999999999999900000"],
    ["444b1ae4d6e2ef50", "1e+21"],
    ["3eb0c6f7a0b5ed8c", "9.999999999999997e-7"],
    ["3eb0c6f7a0b5ed8d", "0.000001"],
    ["41b3de4355555553", "333333333.3333332"],
    ["41b3de4355555554", "333333333.33333325"],
    ["41b3de4355555555", "333333333.3333333"],
    ["41b3de4355555556", "333333333.3333334"],
    ["41b3de4355555557", "333333333.33333343"],
    ["becbf647612f3696", "-0.0000033333333333333333"],
    ["43143ff3c1cb0959", "1424953923781206.2"],
  ])("%s is %s", (bits, text) => {
    expect(write(binary64(bits))).toBe(text);
  });

  it.each(["7fffffffffffffff", "7ff0000000000000", "fff0000000000000"])("%s is refused", (bits) => {
    expect(() => write(binary64(bits))).toThrow(expect.objectContaining({ code: "json_not_plain", at: "$" }));
  });
});

describe("the published number sequence", () => {
  const data: { binary64_hex: string[]; sha256_of_first_lines: Record<string, string> } = JSON.parse(
    readFileSync(new URL("../../../test/conformance/data/jcs-numbers.json", import.meta.url), "utf8"),
  );

  /** Fixed values, then 2,000 in a row from the smallest normal one, then a chain of hashes read as numbers. */
  function* sequence(): Generator<number> {
    for (const bits of data.binary64_hex) yield binary64(bits);
    for (let i = 0; i < 2000; i++) yield binary64((0x0010000000000000n + BigInt(i)).toString(16).padStart(16, "0"));
    for (let block = sha256(new Uint8Array(32)); ; block = sha256(block)) {
      const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
      for (let at = 0; at < 32; at += 8) {
        const value = view.getFloat64(at, true);
        if (value !== 0 && Number.isFinite(value)) yield value;
      }
    }
  }

  it.each(Object.entries(data.sha256_of_first_lines))("its first %s lines have the published hash", (lines, hash) => {
    const view = new DataView(new ArrayBuffer(8));
    let text = "";
    let left = Number(lines);
    for (const value of sequence()) {
      if (left-- === 0) break;
      view.setFloat64(0, value);
      text += `${view.getBigUint64(0).toString(16)},${write(value)}\n`;
    }
    expect(toHex(sha256(encodeUtf8(text)))).toBe(hash);
  });
});

describe("RFC 8785 examples", () => {
  it("section 3.2.2 and 3.2.3: the whole example", () => {
    const input = String.raw`{
      "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
      "literals": [null, true, false]
    }`;
    expect(rewrite(input)).toBe(
      `{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],` +
        String.raw`"string":"€$\u000f\nA'B\"\\\\\"/"}`,
    );
  });

  it("section 3.2.3: keys in the order of UTF-16 code units", () => {
    const input = String.raw`{
      "\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh", "1": "One",
      "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control", "\u00f6": "Latin Small Letter O With Diaeresis"
    }`;
    const values = [...rewrite(input).matchAll(/:"([^"]+)"/g)].map((match) => match[1]);
    expect(values).toEqual([
      "Carriage Return",
      "One",
      "Control",
      "Latin Small Letter O With Diaeresis",
      "Euro Sign",
      "Emoji: Grinning Face",
      "Hebrew Letter Dalet With Dagesh",
    ]);
  });
});

describe("what is not plain JSON", () => {
  class Point {
    x = 1;
  }
  const cyclic: unknown[] = [];
  cyclic.push(cyclic);
  const sparse: unknown[] = [1];
  sparse.length = 3;
  it.each<[string, unknown, string, string]>([
    ["undefined", undefined, "json_not_plain", "$"],
    ["an undefined member", { a: [{ b: undefined }] }, "json_not_plain", "$.a[0].b"],
    ["a function", { f: () => 1 }, "json_not_plain", "$.f"],
    ["a symbol", Symbol("s"), "json_not_plain", "$"],
    ["a symbol key", { [Symbol("s")]: 1 }, "json_not_plain", "$"],
    ["toJSON", { a: 1, toJSON: () => 2 }, "json_not_plain", "$.toJSON"],
    ["a class instance", new Point(), "json_not_plain", "$"],
    ["a Date", new Date(0), "json_not_plain", "$"],
    ["a Map", new Map(), "json_not_plain", "$"],
    ["a boxed string", Object("s"), "json_not_plain", "$"],
    ["bytes", new Uint8Array(1), "json_not_plain", "$"],
    ["a hole", sparse, "json_not_plain", "$"],
    ["an array with a property", Object.assign([1], { extra: 2 }), "json_not_plain", "$"],
    ["an array with a symbol", Object.assign([1], { [Symbol("s")]: 2 }), "json_not_plain", "$"],
    ["NaN", { "a b": Number.NaN }, "json_not_plain", '$["a b"]'],
    ["a lone surrogate", ["\ud800"], "json_ill_formed_string", "$[0]"],
    ["a lone surrogate in a key", { "\udc00": 1 }, "json_ill_formed_string", '$["\\udc00"]'],
    ["2^53 as bigint", [2n ** 53n], "json_number_range", "$[0]"],
    ["a cycle", cyclic, "json_too_deep", `$${"[0]".repeat(64)}`],
  ])("%s", (_name, value, code, at) => {
    expect(() => writeCanonicalJson(value)).toThrow(expect.objectContaining({ code, at }));
  });

  it("what is plain in unusual ways is written", () => {
    const bare = Object.assign(Object.create(null), { z: 2n ** 53n - 1n, a: -0 });
    expect(write(bare)).toBe('{"a":0,"z":9007199254740991}');
    expect(write(JSON.parse('{"__proto__":{"b":1},"constructor":2}'))).toBe('{"__proto__":{"b":1},"constructor":2}');
  });
});

describe("against canonicalize", () => {
  it("the same text for any JSON value", () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: "binary" }), (value) => {
        expect(write(value)).toBe(canonicalize(value));
      }),
      { numRuns: 2000 },
    );
  });
});
