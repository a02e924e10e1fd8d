import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromBase64, fromBase64url, toBase64, toBase64url } from "./base64.ts";
import { sha256 } from "./sha256.ts";
import { encodeUtf8 } from "./utf8.ts";

describe("RFC 4648 section 10", () => {
  it.each([
    ["", ""],
    ["f", "Zg=="],
    ["fo", "Zm8="],
    ["foo", "Zm9v"],
    ["foob", "Zm9vYg=="],
    ["fooba", "Zm9vYmE="],
    ["foobar", "Zm9vYmFy"],
  ])("%j", (text, base64) => {
    const bytes = encodeUtf8(text);
    expect(toBase64(bytes)).toBe(base64);
    expect(fromBase64(base64)).toStrictEqual(bytes);
    expect(toBase64url(bytes)).toBe(base64.replaceAll("=", ""));
    expect(fromBase64url(base64.replaceAll("=", ""))).toStrictEqual(bytes);
  });
});

describe("RFC 9530 digests", () => {
  it.each([
    ['{"hello": "world"}\n', "RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg="],
    ['{"hello": "world"}', "X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE="],
  ])("%j", (text, digest) => {
    expect(toBase64(sha256(encodeUtf8(text)))).toBe(digest);
  });
});

describe("the two alphabets", () => {
  it("differ in two characters and refuse each other", () => {
    const bytes = Uint8Array.of(0xfb, 0xff, 0xbf);
    expect(toBase64(bytes)).toBe("+/+/");
    expect(toBase64url(bytes)).toBe("-_-_");
    expect(() => fromBase64("-_-_")).toThrow(expect.objectContaining({ code: "base64_malformed" }));
    expect(() => fromBase64url("+/+/")).toThrow(expect.objectContaining({ code: "base64url_malformed" }));
  });
});

describe("one value has one text", () => {
  it.each([
    "Zg",
    "Zg=",
    "Zh==",
    "Zm9=",
    "Zg==\n",
    " Zg==",
    "Zg==Zg==",
    "=",
    "====",
    "Z===",
    "Z",
    "Zm9vY",
    "Zm 9v",
    "Zm9v=",
  ])("base64 %j is refused", (text) => {
    expect(() => fromBase64(text)).toThrow(expect.objectContaining({ code: "base64_malformed" }));
  });

  it.each(["Zg==", "Zh", "Zm9", "Z", "Zm9vY", "Zg\n", " Zg", "Zm 9v", "Zm9v=", "\u00e9A"])(
    "base64url %j is refused",
    (text) => {
      expect(() => fromBase64url(text)).toThrow(expect.objectContaining({ code: "base64url_malformed" }));
    },
  );

  it("agrees with Buffer for any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString("base64"));
        expect(toBase64url(bytes)).toBe(Buffer.from(bytes).toString("base64url"));
        expect(fromBase64(toBase64(bytes))).toStrictEqual(bytes);
        expect(fromBase64url(toBase64url(bytes))).toStrictEqual(bytes);
      }),
    );
  });

  it("the message does not repeat the text, which may be a secret", () => {
    expect(() => fromBase64url("s3cret!")).toThrow(/^(?!.*s3cret)/);
  });
});
