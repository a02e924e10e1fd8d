import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { p256 } from "@noble/curves/nist.js";
import { fromBase64url, fromHex, toHex } from "@tau-edge/encoding";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkP256PublicKey, verifyP256 } from "./p256.ts";

const text = (value: string) => new TextEncoder().encode(value);

/** RFC 6979 appendix A.2.5. */
const X = "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6";
const Y = "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299";
const KEY = fromHex(`04${X}${Y}`);
const COMPRESSED = fromHex(`03${X}`);
const R = "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716";
const S = "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8";
const ORDER = p256.Point.Fn.ORDER;

const number = (value: bigint) => value.toString(16).padStart(64, "0");
const verdict = (signature: string, key = KEY) => {
  const found = verifyP256(fromHex(signature), text("sample"), key);
  return found.ok ? "ok" : found.fault;
};

describe("RFC 6979 appendix A.2.5, SHA-256", () => {
  it.each([
    ["sample", R + S],
    [
      "test",
      "f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083",
    ],
  ])("%s is good under both forms of the key, and for no other message", (message, signature) => {
    for (const key of [KEY, COMPRESSED]) {
      expect(verifyP256(fromHex(signature), text(message), key)).toEqual({ ok: true });
      expect(verifyP256(fromHex(signature), text(`${message} `), key).ok).toBe(false);
    }
  });
});

describe("keys", () => {
  it.each([
    ["empty", "", "p256_key_length"],
    ["only x", X, "p256_key_length"],
    ["x and y without the first byte", X + Y, "p256_key_length"],
    ["one byte more", `04${X}${Y}00`, "p256_key_length"],
    ["the point at infinity", "00", "p256_key_length"],
    ["hybrid form", `07${X}${Y}`, "p256_key_form"],
    ["hybrid form, even", `06${X}${Y}`, "p256_key_form"],
    ["compressed, called uncompressed", `04${X}`, "p256_key_form"],
    ["uncompressed, called compressed", `03${X}${Y}`, "p256_key_form"],
    ["another y", `04${X}${Y.slice(0, -1)}8`, "p256_key_not_on_curve"],
    ["x = 0 and y = 0", `04${"00".repeat(64)}`, "p256_key_not_on_curve"],
    ["x = p", `02${number(p256.Point.Fp.ORDER)}`, "p256_key_not_on_curve"],
    ["x + p of a good point", `02${number(p256.Point.Fp.ORDER + 5n)}`, "p256_key_not_on_curve"],
    ["y = p", `04${X}${number(p256.Point.Fp.ORDER)}`, "p256_key_not_on_curve"],
  ])("%s is refused", (_name, hex, fault) => {
    expect(checkP256PublicKey(fromHex(hex))).toBe(fault);
    expect(verdict(R + S, fromHex(hex))).toBe(fault);
  });

  it("both written forms of a point are good", () => {
    expect([KEY, COMPRESSED, fromHex(`02${X}`)].map(checkP256PublicKey)).toEqual(["ok", "ok", "ok"]);
    expect(verdict(R + S, fromHex(`02${X}`))).toBe("p256_equation_fails");
  });
});

describe("signatures", () => {
  it.each([
    ["empty", "", "p256_signature_length"],
    ["one byte short", (R + S).slice(2), "p256_signature_length"],
    ["one byte long", `${R}${S}00`, "p256_signature_length"],
    ["two halves of two bytes", "01020304", "p256_signature_length"],
    ["DER", `3045022100${R}022100${S}`.slice(0, 142), "p256_signature_length"],
    ["r = 0", number(0n) + S, "p256_r_out_of_range"],
    ["r = n", number(ORDER) + S, "p256_r_out_of_range"],
    ["r = 2^256 - 1", "ff".repeat(32) + S, "p256_r_out_of_range"],
    ["s = 0", R + number(0n), "p256_s_out_of_range"],
    ["s = n", R + number(ORDER), "p256_s_out_of_range"],
    ["s = n - 1", R + number(ORDER - 1n), "p256_equation_fails"],
    ["r = n - 1", number(ORDER - 1n) + S, "p256_equation_fails"],
    ["r = 1", number(1n) + S, "p256_equation_fails"],
  ])("%s", (_name, signature, fault) => expect(verdict(signature)).toBe(fault));

  it("n - s is good where s is, as every platform has it", () => {
    expect(verdict(R + number(ORDER - BigInt(`0x${S}`)))).toBe("ok");
  });

  it("any changed bit makes it bad", () => {
    const good = fromHex(R + S);
    for (let bit = 0; bit < 512; bit += 23) {
      const changed = good.slice();
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(verdict(toHex(changed))).not.toBe("ok");
    }
  });

  it("the platform's are good, under the platform's key, and only for their message", () => {
    const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (message) => {
        const signature = sign("sha256", message, { key: privateKey, dsaEncoding: "ieee-p1363" });
        expect(verifyP256(signature, message, rawKey(publicKey))).toEqual({ ok: true });
        expect(verifyP256(signature, Uint8Array.of(...message, 0), rawKey(publicKey)).ok).toBe(false);
      }),
      { numRuns: 20 },
    );
  });
});

function rawKey(key: KeyObject): Uint8Array {
  const { x, y } = key.export({ format: "jwk" });
  return Uint8Array.of(4, ...fromBase64url(x ?? ""), ...fromBase64url(y ?? ""));
}
