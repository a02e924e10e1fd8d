import { encodeUtf8, sha256, toHex } from "@tau-edge/encoding";
import { deriveIdentity, PORTABLE_KEY_DERIVATION } from "@tau-edge/identity";
import { describe, expect, it } from "vitest";
import { NATIVE_KEY_DERIVATION, nativeStretch } from "./native-key-derivation.ts";

describe("native key derivation", () => {
  it.each([
    ["32 bytes", "base64url:LXEWQrcmsEQBYnypr7wy9chTD7GQPMTbAiWHF5IaSIE"],
    ["a passphrase", "correct horse battery staple"],
    ["a passphrase that is not NFKC", "\ufb01ne e\u0301t\u00e9"],
  ])("makes the identity of %s that portable code makes", (_name, entropy) => {
    const request = { method: "key", network: "tau-devnet", subject: "browser-agent", entropy } as const;
    const native = deriveIdentity(request, NATIVE_KEY_DERIVATION);
    expect(native).toEqual(deriveIdentity(request, PORTABLE_KEY_DERIVATION));
    expect(native).toMatchObject({ outcome: "derived", secretSeed: expect.any(Uint8Array) });
  });

  it("gives RFC 7914's vector of the largest cost that fits, and RFC 5869's first", () => {
    const cost = { N: 16_384, r: 8, p: 1, dkLen: 64 };
    const derived = NATIVE_KEY_DERIVATION.scrypt(encodeUtf8("pleaseletmein"), encodeUtf8("SodiumChloride"), cost);
    expect(toHex(derived).slice(0, 32)).toBe("7023bdcb3afd7348461c06cd81fd38eb");
    const info = Uint8Array.from({ length: 10 }, (_, at) => 0xf0 + at);
    const salt = Uint8Array.from({ length: 13 }, (_, at) => at);
    const okm = NATIVE_KEY_DERIVATION.hkdfSha256(new Uint8Array(22).fill(0x0b), salt, info, 42);
    expect(toHex(okm)).toBe("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
    expect(NATIVE_KEY_DERIVATION.sha256(info)).toEqual(sha256(info));
  });

  it("stretches a password beside other work: its end comes with a later turn, and is the same", async () => {
    const [passphrase, salt, cost] = [encodeUtf8("secret"), new Uint8Array(16), { N: 2 ** 14, r: 8, p: 1, dkLen: 32 }];
    let ended = false;
    const stretching = nativeStretch(passphrase, salt, cost).finally(() => {
      ended = true;
    });
    // Everything that a promise could do at once is done before this goes on.
    await new Promise<void>((resolve) => process.nextTick(() => queueMicrotask(resolve)));
    expect(ended).toBe(false);
    expect(await stretching).toEqual(NATIVE_KEY_DERIVATION.scrypt(passphrase, salt, cost));
    await expect(nativeStretch(passphrase, salt, { ...cost, N: 3 })).rejects.toThrow();
  });
});
