import { type DecodeOptions as Cbor2Options, decode as cbor2Decode } from "cbor2";
import { decode as cborgDecode, encode as cborgEncode, rfc8949EncodeOptions } from "cborg";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeCbor } from "./cbor-decode.ts";
import { encodeCbor } from "./cbor-encode.ts";
import { EncodingError, type EncodingErrorCode } from "./errors.ts";
import { fromHex, toHex } from "./hex.ts";

const refusal = (code: EncodingErrorCode, at: number) => expect.objectContaining({ name: "EncodingError", code, at });

/** cborg in strict mode, and then its own encoding of what it read must be the input (identity.md 4.4). */
function cborgAccepts(bytes: Uint8Array): boolean {
  try {
    const options = { strict: true, allowIndefinite: false, rejectDuplicateMapKeys: true, allowUndefined: false };
    return toHex(cborgEncode(cborgDecode(bytes, options), rfc8949EncodeOptions)) === toHex(bytes);
  } catch {
    return false;
  }
}

const CDE: Cbor2Options = {
  cde: true,
  rejectFloats: true,
  rejectUndefined: true,
  rejectSimple: true,
  rejectBigInts: false,
};

function cbor2Accepts(bytes: Uint8Array): boolean {
  try {
    cbor2Decode(bytes, CDE);
    return true;
  } catch {
    return false;
  }
}

/** Name, bytes, our code, and where. */
const MUST_REFUSE: readonly [string, string, EncodingErrorCode, number][] = [
  ["0 in two bytes", "1800", "cbor_not_shortest", 0],
  ["23 in two bytes", "1817", "cbor_not_shortest", 0],
  ["255 in three bytes", "1900ff", "cbor_not_shortest", 0],
  ["65,535 in five bytes", "1a0000ffff", "cbor_not_shortest", 0],
  ["2^32-1 in nine bytes", "1b00000000ffffffff", "cbor_not_shortest", 0],
  ["-1 in two bytes", "3800", "cbor_not_shortest", 0],
  ["bytes with a long head", "580100", "cbor_not_shortest", 0],
  ["text with a long head", "780161", "cbor_not_shortest", 0],
  ["array with a long head", "980101", "cbor_not_shortest", 0],
  ["map with a long head", "b801616101", "cbor_not_shortest", 0],
  ["a long head inside", "82011801", "cbor_not_shortest", 2],
  ["a key with a long head", "a178016101", "cbor_not_shortest", 1],
  ["indefinite bytes", "5f4101ff", "cbor_indefinite", 0],
  ["indefinite text", "7f6161ff", "cbor_indefinite", 0],
  ["indefinite array", "9f01ff", "cbor_indefinite", 0],
  ["indefinite map", "bf616101ff", "cbor_indefinite", 0],
  ["an indefinite key", "a17f6161ff01", "cbor_indefinite", 1],
  ["a break alone", "ff", "cbor_indefinite", 0],
  ["a break in an array", "81ff", "cbor_indefinite", 1],
  ["keys out of order", "a2616201616102", "cbor_map_order", 4],
  ["a longer key before a shorter", "a262616101616202", "cbor_map_order", 5],
  ["order of UTF-16 instead of bytes", "a264f09f98800163ef80810 2".replace(" ", ""), "cbor_map_order", 7],
  ["keys out of order inside", "81a2616201616102", "cbor_map_order", 5],
  ["the same key twice", "a2616101616102", "cbor_duplicate_key", 4],
  ["the empty key twice", "a260016002", "cbor_duplicate_key", 3],
  ["__proto__ twice", "a2695f5f70726f746f5f5f01695f5f70726f746f5f5f02", "cbor_duplicate_key", 12],
  ["an integer key", "a10102", "cbor_key_type", 1],
  ["a byte-string key", "a1416101", "cbor_key_type", 1],
  ["a null key", "a1f601", "cbor_key_type", 1],
  ["1.0 in two bytes", "f93c00", "cbor_type_forbidden", 0],
  ["1.5 in two bytes", "f93e00", "cbor_type_forbidden", 0],
  ["1.5 in four bytes", "fa3fc00000", "cbor_type_forbidden", 0],
  ["1.1 in eight bytes", "fb3ff199999999999a", "cbor_type_forbidden", 0],
  ["-0.0", "f98000", "cbor_type_forbidden", 0],
  ["NaN", "f97e00", "cbor_type_forbidden", 0],
  ["NaN in eight bytes", "fb7ff8000000000000", "cbor_type_forbidden", 0],
  ["a NaN with payload", "f97e01", "cbor_type_forbidden", 0],
  ["Infinity", "f97c00", "cbor_type_forbidden", 0],
  ["undefined", "f7", "cbor_type_forbidden", 0],
  ["simple(16)", "f0", "cbor_type_forbidden", 0],
  ["simple(255)", "f8ff", "cbor_type_forbidden", 0],
  ["false in two bytes", "f814", "cbor_type_forbidden", 0],
  ["a date tag", "c074323031332d30332d32315432303a30343a30305a", "cbor_type_forbidden", 0],
  ["a bignum", "c249010000000000000000", "cbor_type_forbidden", 0],
  ["a small bignum", "c24101", "cbor_type_forbidden", 0],
  ["self-described CBOR", "d9d9f700", "cbor_type_forbidden", 0],
  ["additional information 28", "1c", "cbor_reserved", 0],
  ["additional information 29 of text", "7d", "cbor_reserved", 0],
  ["additional information 30 of simple", "fe", "cbor_reserved", 0],
  ["an indefinite integer", "1f", "cbor_reserved", 0],
  ["an indefinite negative", "3f", "cbor_reserved", 0],
  ["-2^63-1", "3b8000000000000000", "cbor_int_range", 0],
  ["-2^64", "3bffffffffffffffff", "cbor_int_range", 0],
  ["text with a lone tail byte", "6180", "cbor_utf8", 1],
  ["text with an overlong form", "62c0af", "cbor_utf8", 1],
  ["text with a surrogate", "63eda080", "cbor_utf8", 1],
  ["text beyond U+10FFFF", "64f4908080", "cbor_utf8", 1],
  ["text with a cut sequence", "6361e282", "cbor_utf8", 2],
  ["text that is Latin-1 after many ASCII bytes", `783f${"61".repeat(62)}e9`, "cbor_utf8", 64],
  ["a key that is not UTF-8", "a161ff01", "cbor_utf8", 2],
  ["nothing", "", "cbor_truncated", 0],
  ["a head without its argument", "19", "cbor_truncated", 1],
  ["half an argument", "1a0000", "cbor_truncated", 3],
  ["bytes that are missing", "4201", "cbor_truncated", 0],
  ["text that is missing", "6261", "cbor_truncated", 0],
  ["an item that is missing", "8201", "cbor_truncated", 0],
  ["a value that is missing", "a16161", "cbor_truncated", 3],
  ["an entry that has no room", "a2616101", "cbor_truncated", 0],
  ["2^32-1 items", "9affffffff01", "cbor_truncated", 0],
  ["2^64-1 bytes", "5bffffffffffffffff", "cbor_truncated", 0],
  ["2^64-1 entries", "bbffffffffffffffff", "cbor_truncated", 0],
  ["a second item", "0000", "cbor_trailing", 1],
  ["a byte after a map", "a0f6", "cbor_trailing", 1],
];

describe("must be refused", () => {
  it.each(MUST_REFUSE)("%s", (_name, hex, code, at) => {
    expect(() => decodeCbor(fromHex(hex))).toThrow(refusal(code, at));
  });

  it("each of them is refused by an oracle too, except where only our profile is narrower", () => {
    const ours = MUST_REFUSE.filter(([, hex]) => cborgAccepts(fromHex(hex)) && cbor2Accepts(fromHex(hex)));
    expect(ours.map(([name]) => name)).toEqual(["-2^63-1", "-2^64"]);
  });
});

describe("RFC 8949 appendix A, as far as our profile goes", () => {
  it.each<[string, unknown]>([
    ["00", 0],
    ["01", 1],
    ["0a", 10],
    ["17", 23],
    ["1818", 24],
    ["1819", 25],
    ["1864", 100],
    ["1903e8", 1000],
    ["1a000f4240", 1000000],
    ["1b000000e8d4a51000", 1000000000000],
    ["1bffffffffffffffff", 18446744073709551615n],
    ["20", -1],
    ["29", -10],
    ["3863", -100],
    ["3903e7", -1000],
    ["f4", false],
    ["f5", true],
    ["f6", null],
    ["40", new Uint8Array(0)],
    ["4401020304", Uint8Array.of(1, 2, 3, 4)],
    ["60", ""],
    ["6161", "a"],
    ["6449455446", "IETF"],
    ["62225c", '"\\'],
    ["62c3bc", "\u00fc"],
    ["63e6b0b4", "\u6c34"],
    ["64f0908591", "\ud800\udd51"],
    ["80", []],
    ["83010203", [1, 2, 3]],
    ["8301820203820405", [1, [2, 3], [4, 5]]],
    ["98190102030405060708090a0b0c0d0e0f101112131415161718181819", Array.from({ length: 25 }, (_, index) => index + 1)],
    ["a0", {}],
    ["a26161016162820203", { a: 1, b: [2, 3] }],
    ["826161a161626163", ["a", { b: "c" }]],
    ["a56161614161626142616361436164614461656145", { a: "A", b: "B", c: "C", d: "D", e: "E" }],
  ])("%s", (hex, value) => {
    const decoded = decodeCbor(fromHex(hex));
    expect(decoded).toStrictEqual(value);
    expect(toHex(encodeCbor(decoded))).toBe(hex);
  });
});

describe("edges", () => {
  it.each<[string, number | bigint]>([
    ["1b001fffffffffffff", 2 ** 53 - 1],
    ["1b0020000000000000", 2n ** 53n],
    ["3b001ffffffffffffe", -(2 ** 53 - 1)],
    ["3b001fffffffffffff", -(2n ** 53n)],
    ["3b7fffffffffffffff", -(2n ** 63n)],
    ["1a00010000", 65536],
    ["1affffffff", 2 ** 32 - 1],
    ["1b0000000100000000", 2 ** 32],
  ])("%s is a number as long as it is safe", (hex, value) => {
    expect(decodeCbor(fromHex(hex))).toBe(value);
    expect(toHex(encodeCbor(value))).toBe(hex);
  });

  it("32 levels are read, 33 are not, and 100,000 do not exhaust the stack", () => {
    expect(decodeCbor(fromHex(`${"81".repeat(31)}80`))).toBeDefined();
    expect(() => decodeCbor(fromHex(`${"81".repeat(32)}80`))).toThrow(refusal("cbor_too_deep", 32));
    expect(() => decodeCbor(new Uint8Array(100_000).fill(0x81))).toThrow(refusal("cbor_too_deep", 32));
    expect(() => decodeCbor(fromHex("a16161".repeat(33)))).toThrow(refusal("cbor_too_deep", 96));
  });

  it("refuses more bytes than the limit before it reads them", () => {
    expect(() => decodeCbor(new Uint8Array(11), { size_bytes_max: 10 })).toThrow(refusal("cbor_too_large", 10));
  });

  it("__proto__ is an own key and changes no prototype", () => {
    const map = decodeCbor(fromHex("a1695f5f70726f746f5f5fa16161f5")) as Record<string, unknown>;
    expect(Object.getPrototypeOf(map)).toBe(Object.prototype);
    expect(Object.keys(map)).toEqual(["__proto__"]);
    expect(map["a"]).toBeUndefined();
    expect(toHex(encodeCbor(map as never))).toBe("a1695f5f70726f746f5f5fa16161f5");
  });

  it("keys that look alike from outside are told apart, whichever came last", () => {
    const maps = [
      { axb: 1 },
      { ayb: 1 },
      { Axb: 1 },
      { axB: 1 },
      { "a\u00e9": 1 },
      { a: 1 },
      { "": 1 },
      { axb: 1, ayb: 2 },
    ];
    for (const map of [...maps, ...maps.toReversed()]) expect(decodeCbor(encodeCbor(map))).toStrictEqual(map);
    expect(() => decodeCbor(fromHex("a163617862"))).toThrow(refusal("cbor_truncated", 5));
    expect(() => decodeCbor(fromHex("a1636178"))).toThrow(refusal("cbor_truncated", 1));
  });

  it("texts of every length are read alike, one after the other, with and without a character beyond ASCII", () => {
    const letters = "abcdefghijklmnopqrstuvwxyz".repeat(3);
    for (let length = 0; length < letters.length; length++)
      for (const text of [letters.slice(0, length), letters.slice(-length), `${letters.slice(0, length)}\u00fc`]) {
        const read = decodeCbor(encodeCbor([text, letters.slice(1, length), text]));
        expect(read).toStrictEqual([text, letters.slice(1, length), text]);
      }
  });

  it("byte strings are copies, also of a Buffer", () => {
    const input = Buffer.from("4201024100", "hex").subarray(0, 3);
    const value = decodeCbor(input);
    input.fill(0xff);
    expect(value).toStrictEqual(Uint8Array.of(1, 2));
  });
});

describe("random bytes", () => {
  it("what is accepted is the only encoding of its value, and both oracles read the same", () => {
    // Bytes that make heads likely, so that a good part is accepted.
    const byte = fc.oneof(
      fc.constantFrom(0x00, 0x18, 0x20, 0x41, 0x60, 0x61, 0x62, 0x80, 0x81, 0x82, 0xa0, 0xa1, 0xa2, 0xf4, 0xf6),
      fc.nat(255),
    );
    let accepted = 0;
    fc.assert(
      fc.property(fc.array(byte, { minLength: 1, maxLength: 8 }), (input) => {
        const bytes = Uint8Array.from(input);
        let value: ReturnType<typeof decodeCbor>;
        try {
          value = decodeCbor(bytes);
        } catch (error) {
          expect(error).toMatchObject({ name: "EncodingError" });
          const narrower = error instanceof EncodingError && error.code === "cbor_int_range";
          expect(!narrower && cborgAccepts(bytes) && cbor2Accepts(bytes)).toBe(false);
          return;
        }
        accepted++;
        expect(toHex(encodeCbor(value))).toBe(toHex(bytes));
        expect(cborgAccepts(bytes)).toBe(true);
        expect(cborgDecode(bytes)).toStrictEqual(value);
        expect(cbor2Accepts(bytes)).toBe(true);
      }),
      { numRuns: 40_000, seed: 8949 },
    );
    expect(accepted).toBeGreaterThan(2000);
  });
});
