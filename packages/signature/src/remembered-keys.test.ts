import { fromHex } from "@tau-edge/encoding";
import { describe, expect, it } from "vitest";
import { checkEd25519PublicKey, verifyEd25519 } from "./ed25519.ts";
import { ed25519PublicKey } from "./ed25519-keys.ts";
import { rememberGoodKeys } from "./remembered-keys.ts";

const keyOf = (number: number) => ed25519PublicKey(new Uint8Array(32).fill(number));
const NEUTRAL = fromHex("01".padEnd(64, "0"));

function counting(keysMax: number) {
  const looked: Uint8Array[] = [];
  const check = rememberGoodKeys(keysMax, (key) => {
    looked.push(key);
    return checkEd25519PublicKey(key);
  });
  return { check, looked };
}

describe("a key check that remembers", () => {
  it("looks at a good key once, and at a bad one every time", () => {
    const { check, looked } = counting(10);
    expect([check(keyOf(1)), check(keyOf(1).slice()), check(keyOf(2)), check(keyOf(1))]).toEqual([
      "ok",
      "ok",
      "ok",
      "ok",
    ]);
    expect(looked).toEqual([keyOf(1), keyOf(2)]);
    expect([check(NEUTRAL), check(NEUTRAL)]).toEqual(["key_small_order", "key_small_order"]);
    expect(looked).toHaveLength(4);
  });

  it("takes a key that was changed in place for another one", () => {
    const { check } = counting(10);
    const key = keyOf(1);
    expect(check(key)).toBe("ok");
    key.set(NEUTRAL);
    expect(check(key)).toBe("key_small_order");
  });

  it("forgets the oldest beyond its number, and bad keys drive out none", () => {
    const { check, looked } = counting(2);
    for (const number of [1, 2, 3]) check(keyOf(number));
    for (let i = 0; i < 5; i++) check(NEUTRAL);
    looked.length = 0;
    for (const number of [2, 3, 1]) check(keyOf(number));
    expect(looked).toEqual([keyOf(1)]);
  });

  it("gives verifications the verdict that they have without it", () => {
    // RFC 8032 section 7.1, test 2.
    const key = fromHex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
    const signature = fromHex(
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    );
    const { check, looked } = counting(10);
    for (const message of [0x72, 0x72, 0x73].map((byte) => Uint8Array.of(byte)))
      expect(verifyEd25519(signature, message, key, check)).toEqual(verifyEd25519(signature, message, key));
    expect(verifyEd25519(signature, Uint8Array.of(0x72), NEUTRAL, check)).toEqual({
      ok: false,
      fault: "key_small_order",
    });
    expect(looked).toEqual([key, NEUTRAL]);
  });
});
