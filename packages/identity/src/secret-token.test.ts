import { crc32 } from "node:zlib";
import { toBase64url } from "@tau-edge/encoding";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isSecretToken, writeSecretToken } from "./secret-token.ts";

const random = fc.uint8Array({ minLength: 32, maxLength: 32 });
const keyId = fc.stringMatching(/^[a-z0-9]{8}$/);

describe("a token", () => {
  it("has its prefix, its name, 256 bits, and the lowest 30 bits of their CRC-32", () => {
    fc.assert(
      fc.property(keyId, random, (id, bytes) => {
        const token = writeSecretToken(id, bytes);
        const body = `tk_${id}_${toBase64url(bytes)}`;
        expect(token.slice(0, -7)).toBe(body);
        const digits = [...token.slice(-6)].map((digit) => "abcdefghijklmnopqrstuvwxyz234567".indexOf(digit));
        expect(digits.reduce((sum, digit) => sum * 32 + digit, 0)).toBe(crc32(body) % 2 ** 30);
        expect(isSecretToken(token)).toBe(true);
      }),
    );
  });

  const token = writeSecretToken("abcd2345", new Uint8Array(32).fill(9));
  it.each([
    ["another checksum", `${token.slice(0, -1)}${token.endsWith("a") ? "b" : "a"}`],
    ["another character", token.replace("CQ", "CR")],
    ["another name", token.replace("abcd2345", "abcd2346")],
    ["another prefix", token.replace("tk_", "tx_")],
    ["capitals in its name", token.replace("abcd", "ABCD")],
    ["a newline at its end", `${token}\n`],
    ["something before it", `Bearer ${token}`],
    ["a character less", token.slice(1)],
  ])("is none with %s", (_name, text) => expect(isSecretToken(text)).toBe(false));

  it.each([
    ["a short name", "abc", 32],
    ["capitals in the name", "ABCD2345", 32],
    ["31 bytes", "abcd2345", 31],
    ["no bytes", "abcd2345", 0],
  ])("is not made with %s", (_name, id, length) => {
    expect(() => writeSecretToken(id, new Uint8Array(length))).toThrow(RangeError);
  });
});
