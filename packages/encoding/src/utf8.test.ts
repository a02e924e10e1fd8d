import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  compareUtf8,
  decodeUtf8,
  encodeUtf8,
  illFormedUtf8At,
  isWellFormed,
  loneSurrogateAt,
  tryDecodeUtf8,
  utf8Length,
} from "./utf8.ts";

const anyText = fc.string({ unit: "binary", maxLength: 40 });
/** UTF-16 code units one by one: surrogates stand alone as often as not. */
const anyUnits = fc
  .array(fc.oneof(fc.integer({ min: 0xd800, max: 0xdfff }), fc.nat(0xffff)), { maxLength: 6 })
  .map((units) => String.fromCharCode(...units));

describe("encodeUtf8 and decodeUtf8", () => {
  it("any well-formed text goes both ways, a byte order mark included", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(decodeUtf8(encodeUtf8(text))).toBe(text);
        expect(utf8Length(text)).toBe(encodeUtf8(text).length);
      }),
    );
    expect(decodeUtf8(encodeUtf8("\ufeffa"))).toBe("\ufeffa");
  });

  it("a text with a lone surrogate is refused where the surrogate stands", () => {
    expect(() => encodeUtf8("a\u{1f600}\udc00")).toThrow(expect.objectContaining({ code: "text_ill_formed", at: 3 }));
    fc.assert(
      fc.property(anyUnits, (text) => {
        expect(loneSurrogateAt(text) === -1).toBe(isWellFormed(text));
      }),
    );
  });

  it("bytes that are not well-formed are refused at the first that does not belong", () => {
    expect(() => decodeUtf8(Uint8Array.of(0x61, 0xc3, 0x28))).toThrow(
      expect.objectContaining({ code: "utf8_malformed", at: 1 }),
    );
    const byte = fc.oneof(
      fc.nat(255),
      fc.constantFrom(0x7f, 0x80, 0xbf, 0xc2, 0xe0, 0xa0, 0xed, 0x9f, 0xf0, 0x90, 0xf4, 0x8f),
    );
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 6 }), (input) => {
        const bytes = Uint8Array.from(input);
        const at = illFormedUtf8At(bytes);
        expect(at === -1).toBe(tryDecodeUtf8(bytes) !== undefined);
        if (at > 0) expect(tryDecodeUtf8(bytes.subarray(0, at))).toBeDefined();
      }),
      { numRuns: 20_000 },
    );
  });
});

describe("compareUtf8", () => {
  it("orders as the bytes do, where UTF-16 code units do not", () => {
    expect("\uff01" > "\u{1f600}").toBe(true);
    expect(compareUtf8("\uff01", "\u{1f600}")).toBeLessThan(0);
    fc.assert(
      fc.property(anyText, anyText, (a, b) => {
        expect(Math.sign(compareUtf8(a, b))).toBe(Buffer.compare(encodeUtf8(a), encodeUtf8(b)));
      }),
      { numRuns: 5000 },
    );
    expect(compareUtf8("a", "a")).toBe(0);
    expect(compareUtf8("a", "ab")).toBeLessThan(0);
  });
});
