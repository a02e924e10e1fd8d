import { encode as cbor2Encode, cdeEncodeOptions } from "cbor2";
import { encode as cborgEncode, rfc8949EncodeOptions } from "cborg";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeCbor } from "./cbor-decode.ts";
import { encodeCbor } from "./cbor-encode.ts";
import type { CborValue } from "./cbor-value.ts";
import { toHex } from "./hex.ts";
import { sha256 } from "./sha256.ts";

const hexOf = (value: unknown) => toHex(encodeCbor(value as CborValue));
const filled = (byte: number) => new Uint8Array(32).fill(byte);

describe("known hashes of structured values", () => {
  it("the dependencies lock", () => {
    const value = ["deps_lock_v1", filled(0x11), filled(0x22), filled(0x33)];
    expect(toHex(sha256(encodeCbor(value)))).toBe("e985efa144f4579c3e8cafa0b048b23a7551f10f4b23d4635072f9cdfaadc42b");
  });

  it("its older, nested form", () => {
    const value = ["deps_lock", [filled(0x11), filled(0x22), filled(0x33)]];
    expect(toHex(sha256(encodeCbor(value)))).toBe("0ef797d0a582cc2e5f373ba0b4677b1977a8ce7a8e883e1598a71a2ce766f272");
  });
});

describe("map keys in the order of their encoded bytes (RFC 8949 section 4.2.1)", () => {
  it("shorter first, then bytewise, whatever the order of insertion", () => {
    const keys = ["10", "100", "9", "", "z", "aa", "\u00e9", "\uf001", "\u{1f600}", "a".repeat(24), "a".repeat(23)];
    const order = (list: readonly string[]) => {
      const bytes = encodeCbor(Object.fromEntries(list.map((key) => [key, null])));
      return toHex(bytes);
    };
    const expected = toHex(cborgEncode(new Map(keys.map((key) => [key, null])), rfc8949EncodeOptions));
    expect(order(keys)).toBe(expected);
    expect(order([...keys].reverse())).toBe(expected);
    // U+F001 (ef 80 81) before U+1F600 (f0 ..) only because it is shorter; at one length bytes decide.
    expect(hexOf({ "\u{1f600}": 0, "\uf001a": 1 })).toBe("a264ef8081610164f09f988000");
  });
});

describe("what has no place in the profile", () => {
  class Thing {}
  const cyclic: Record<string, unknown> = {};
  cyclic["a"] = cyclic;
  const sparse: unknown[] = [1];
  sparse.length = 2;
  it.each<[string, unknown, string, string]>([
    ["undefined", undefined, "cbor_not_encodable", "$"],
    ["an undefined member", { a: { b: undefined } }, "cbor_not_encodable", "$.a.b"],
    ["a fraction", [1, 0.5], "cbor_not_encodable", "$[1]"],
    ["NaN", Number.NaN, "cbor_not_encodable", "$"],
    ["2^53 as number", 2 ** 53, "cbor_not_encodable", "$"],
    ["2^64", 2n ** 64n, "cbor_int_range", "$"],
    ["-2^63-1", -(2n ** 63n) - 1n, "cbor_int_range", "$"],
    ["a lone surrogate", { t: "\udc00" }, "cbor_not_encodable", "$.t"],
    ["a lone surrogate in a key", { "\ud800": 1 }, "cbor_not_encodable", '$["\\ud800"]'],
    ["a function", () => 1, "cbor_not_encodable", "$"],
    ["a symbol key", { [Symbol("s")]: 1 }, "cbor_not_encodable", "$"],
    ["an array with a symbol", Object.assign([1], { [Symbol("s")]: 2 }), "cbor_not_encodable", "$"],
    ["a Map", new Map(), "cbor_not_encodable", "$"],
    ["a Date", new Date(0), "cbor_not_encodable", "$"],
    ["a class instance", new Thing(), "cbor_not_encodable", "$"],
    ["other typed arrays", new Uint16Array(1), "cbor_not_encodable", "$"],
    ["a hole", sparse, "cbor_not_encodable", "$"],
    ["a cycle", cyclic, "cbor_too_deep", `$${".a".repeat(32)}`],
    ["more than 16 MiB", [new Uint8Array(16 * 1024 * 1024)], "cbor_too_large", "$"],
  ])("%s", (_name, value, code, at) => {
    expect(() => hexOf(value)).toThrow(expect.objectContaining({ code, at }));
  });

  it("-0 is 0, as in JavaScript", () => {
    expect(hexOf([-0])).toBe("8100");
  });
});

describe("against cborg and cbor2", () => {
  const values = fc.letrec<{ value: CborValue }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom<CborValue>(null, true, false),
      fc.maxSafeInteger(),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }),
      fc.string({ unit: "binary", maxLength: 300 }),
      fc.uint8Array({ maxLength: 300 }),
      fc.array(tie("value"), { maxLength: 30 }),
      fc.dictionary(fc.string({ unit: "binary", maxLength: 30 }), tie("value"), { maxKeys: 30 }),
    ),
  })).value;

  it("the same bytes for any value of the profile, and reading them gives the value", () => {
    fc.assert(
      fc.property(values, (value) => {
        const hex = hexOf(value);
        expect(hex).toBe(toHex(cborgEncode(value, rfc8949EncodeOptions)));
        expect(hex).toBe(toHex(cbor2Encode(value, { ...cdeEncodeOptions, collapseBigInts: true })));
        expect(hexOf(decodeCbor(encodeCbor(value)))).toBe(hex);
      }),
      { numRuns: 1000 },
    );
  });
});
