import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromHex, toHex } from "./hex.ts";
import { fromMultibase, toMultibase } from "./multibase.ts";
import { encodeUtf8 } from "./utf8.ts";

describe("fromMultibase and toMultibase", () => {
  // draft-msporny-base58 section 5, and the did:key of RFC 8032 test 1 (multicodec 0xed01).
  it.each([
    ["48656c6c6f20576f726c6421", "z2NEpo7TZRRrLZSi2U"],
    ["0000287fb4cd", "z11233QC4"],
    ["", "z"],
    [
      "ed01d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
      "z6MktwupdmLXVVqTzCw4i46r4uGyosGXRnR3XjN4Zq7oMMsw",
    ],
  ])("%s", (hex, text) => {
    expect(toMultibase("z", fromHex(hex))).toBe(text);
    expect(toHex(fromMultibase(text))).toBe(hex);
  });

  it("base64url without padding", () => {
    expect(toMultibase("u", encodeUtf8("foob"))).toBe("uZm9vYg");
    expect(fromMultibase("uZm9vYg")).toStrictEqual(encodeUtf8("foob"));
  });

  it("any bytes go both ways", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.constantFrom("z" as const, "u" as const), (bytes, prefix) => {
        expect(fromMultibase(toMultibase(prefix, bytes))).toStrictEqual(bytes);
      }),
    );
  });

  it.each([
    "",
    "f00",
    "Z2NEpo7",
    "z0",
    "zI",
    "zO",
    "zl",
    "z 1",
    "z1\n",
    "uZg==",
    "uZh",
    "mZg==",
    `z${"1".repeat(129)}`,
    `u${"A".repeat(16 * 1024 + 4)}`,
  ])("%.20j is refused", (text) => {
    expect(() => fromMultibase(text)).toThrow(expect.objectContaining({ code: "multibase_malformed" }));
  });
});
