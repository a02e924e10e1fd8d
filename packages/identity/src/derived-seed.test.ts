import { hkdfSync, scryptSync } from "node:crypto";
import { encodeUtf8, fromHex, sha256, toHex } from "@tau-edge/encoding";
import { describe, expect, it } from "vitest";
import golden from "../../../test/conformance/data/did-derive-golden.json" with { type: "json" };
import { derivationInfo, derivationSalt, derivedSeed, inputKeyMaterial, PASSPHRASE_COST } from "./derived-seed.ts";
import { readEntropy } from "./entropy.ts";
import { type KeyDerivation, PORTABLE_KEY_DERIVATION } from "./key-derivation.ts";
import { parseDidMethod } from "./public-identity.ts";

const text = (value: string) => toHex(encodeUtf8(value));

/** As an app on Node would hand it in. */
const NATIVE: KeyDerivation = {
  sha256,
  hkdfSha256: (ikm, salt, info, lengthBytes) => new Uint8Array(hkdfSync("sha256", ikm, salt, info, lengthBytes)),
  scrypt: (passphrase, salt, { N, r, p, dkLen }) =>
    new Uint8Array(scryptSync(passphrase, salt, dkLen, { N, r, p, maxmem: 64 * 1024 * 1024 })),
};

describe("the construction", () => {
  it("puts a length before each part", () => {
    const info = derivationInfo("ed25519-identity", { method: "key", network: "a", subject: "bc" });
    const parts = ["00000016", text("tau-edge/did-derive/v1"), "00000010", text("ed25519-identity")];
    expect(toHex(info)).toBe(
      [...parts, "00000003", text("key"), "00000001", text("a"), "00000002", text("bc")].join(""),
    );
  });

  it("is OWASP's cost, which a copy of this file must not lower", () => {
    expect(PASSPHRASE_COST).toEqual({ N: 32_768, r: 8, p: 3, dkLen: 32 });
  });

  it("salts a passphrase with its place, and not with what the key is made with", () => {
    const salts: string[] = [];
    const scrypt = (_passphrase: Uint8Array, salt: Uint8Array) => {
      salts.push(toHex(salt));
      return new Uint8Array(32);
    };
    const places = [
      { method: "key", network: "tau", subject: "devnet.agent" },
      { method: "key", network: "tau.devnet", subject: "agent" },
      { method: "web", network: "tau.devnet", subject: "agent" },
    ] as const;
    for (const place of places)
      inputKeyMaterial({ kind: "passphrase", passphrase: "x" }, place, { ...PORTABLE_KEY_DERIVATION, scrypt });
    const saltInfos = places.map((place) => toHex(sha256(derivationInfo("passphrase-salt", place))));
    expect(salts).toEqual(saltInfos);
    expect(new Set([...salts, ...places.map((place) => toHex(derivationInfo("ed25519-identity", place)))]).size).toBe(
      6,
    );
  });
});

describe("the golden derivations", () => {
  it("have this salt", () => expect(toHex(derivationSalt(sha256))).toBe(golden.salt));

  it.each(golden.cases)("$method $network $subject $entropy", ({ entropy, network, subject, ...expected }) => {
    const given = readEntropy("hex" in entropy ? `hex:${entropy.hex}` : (entropy.pass ?? ""));
    const place = { method: parseDidMethod(expected.method), network, subject };
    expect(toHex(derivationInfo("ed25519-identity", place))).toBe(expected.info);
    expect(toHex(inputKeyMaterial(given, place, NATIVE))).toBe(expected.ikm);
    expect(toHex(derivedSeed(given, place, NATIVE))).toBe(expected.seed);
    // Each step once more from the bytes of the file, by the code that every runtime has.
    const [ikm, info] = [fromHex(expected.ikm), fromHex(expected.info)];
    expect(toHex(PORTABLE_KEY_DERIVATION.hkdfSha256(ikm, fromHex(golden.salt), info, 32))).toBe(expected.seed);
  });
});

describe("the portable functions", () => {
  // RFC 5869 appendix A.1 and RFC 7914 section 12.
  it("are HKDF-SHA256", () => {
    const { hkdfSha256 } = PORTABLE_KEY_DERIVATION;
    const okm = hkdfSha256(
      fromHex("0b".repeat(22)),
      fromHex("000102030405060708090a0b0c"),
      fromHex("f0f1f2f3f4f5f6f7f8f9"),
      42,
    );
    expect(toHex(okm)).toBe("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
  });

  it("are scrypt", () => {
    const key = PORTABLE_KEY_DERIVATION.scrypt(encodeUtf8("password"), encodeUtf8("NaCl"), {
      N: 1024,
      r: 8,
      p: 16,
      dkLen: 64,
    });
    expect(toHex(key)).toBe(
      "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640",
    );
  });
});
