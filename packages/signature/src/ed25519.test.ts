import { createPrivateKey, createPublicKey, sign } from "node:crypto";
import { readFileSync } from "node:fs";
import { ed25519 } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { fromHex, toHex } from "@tau-edge/encoding";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkEd25519PublicKey, liveEd25519Fault, verifyEd25519 } from "./ed25519.ts";

const { Point } = ed25519;
const { Fn } = Point;
const MESSAGE = new TextEncoder().encode("promote 1 to 5 %");

/** The eight points of small order, in the canonical encoding and, where there is one, in another. */
const SMALL_ORDER = [
  "0100000000000000000000000000000000000000000000000000000000000000",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0000000000000000000000000000000000000000000000000000000000000080",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
];
const NOT_CANONICAL = [
  ["y = p", "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"],
  ["y = p, with a sign", "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"],
  ["y = p + 1", "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"],
  ["y = 2^255 - 1", "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"],
  ["y = 1 with a sign for x = 0", "0100000000000000000000000000000000000000000000000000000000000080"],
  ["y = -1 with a sign for x = 0", "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"],
] as const;
/** y = 2 has no x. */
const NOT_ON_CURVE = "0200000000000000000000000000000000000000000000000000000000000000";

/** A signer who may add a point of small order to R: `[S]B = R + [k]A` holds up to that point. */
function signWith(scalar: bigint, nonce: bigint, torsion: string) {
  const key = Point.BASE.multiply(scalar).toBytes();
  const r = Point.BASE.multiply(nonce).add(Point.fromHex(torsion)).toBytes();
  const digest = sha512(Uint8Array.of(...r, ...key, ...MESSAGE));
  const k = Fn.create(BigInt(`0x${toHex(digest.toReversed())}`));
  const s = Fn.toBytes(Fn.add(nonce, Fn.mul(k, scalar)));
  return { key, signature: Uint8Array.of(...r, ...s) };
}

const good = signWith(12345n, 67890n, SMALL_ORDER[0] ?? "");
const withR = (hex: string) => Uint8Array.of(...fromHex(hex), ...good.signature.subarray(32));

describe("RFC 8032 section 7.1", () => {
  it.each([
    [
      "TEST 1",
      "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
      "",
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ],
    [
      "TEST 2",
      "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
      "72",
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ],
    [
      "TEST 3",
      "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
      "af82",
      "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ],
    [
      "TEST SHA(abc)",
      "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
      "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
      "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704",
    ],
  ])("%s", (_name, key, message, signature) => {
    expect(verifyEd25519(fromHex(signature), fromHex(message), fromHex(key))).toEqual({ ok: true });
    expect(verifyEd25519(fromHex(signature), fromHex(`${message}00`), fromHex(key))).toEqual({
      ok: false,
      fault: "equation_fails",
    });
  });
});

describe("ed25519-speccheck: signatures on which platforms disagree", () => {
  const cases: { message: string; pub_key: string; signature: string }[] = JSON.parse(
    readFileSync(new URL("../../../test/conformance/data/ed25519-speccheck.json", import.meta.url), "utf8"),
  );

  it("all twelve are refused, each for its reason", () => {
    const verdicts = cases.map(({ message, pub_key, signature }) => {
      const verdict = verifyEd25519(fromHex(signature), fromHex(message), fromHex(pub_key));
      return verdict.ok ? "ok" : verdict.fault;
    });
    expect(verdicts).toEqual([
      "key_small_order",
      "key_small_order",
      "key_mixed_order",
      "key_mixed_order",
      "key_mixed_order",
      "key_mixed_order",
      "s_out_of_range",
      "s_out_of_range",
      "key_mixed_order",
      "key_mixed_order",
      "key_not_canonical",
      "key_not_canonical",
    ]);
  });

  it("none of the twelve gets as far as a platform's verifier", () => {
    for (const { pub_key, signature } of cases)
      expect(liveEd25519Fault(fromHex(signature), fromHex(pub_key), checkEd25519PublicKey)).not.toBeUndefined();
  });
});

describe("keys", () => {
  it.each(SMALL_ORDER)("%s has small order", (hex) => {
    expect(checkEd25519PublicKey(fromHex(hex))).toBe("key_small_order");
  });

  it.each(NOT_CANONICAL)("%s is not canonical", (_name, hex) => {
    expect(checkEd25519PublicKey(fromHex(hex))).toBe("key_not_canonical");
  });

  it("a good key plus any point of small order is refused", () => {
    const key = Point.fromBytes(good.key);
    expect(checkEd25519PublicKey(key.toBytes())).toBe("ok");
    for (const torsion of SMALL_ORDER.slice(1))
      expect(checkEd25519PublicKey(key.add(Point.fromHex(torsion)).toBytes())).toBe("key_mixed_order");
  });

  it("32 bytes on the curve, nothing else", () => {
    expect(checkEd25519PublicKey(fromHex(NOT_ON_CURVE))).toBe("key_not_on_curve");
    expect(checkEd25519PublicKey(good.key.subarray(1))).toBe("key_length");
    expect(checkEd25519PublicKey(Uint8Array.of(...good.key, 0))).toBe("key_length");
    expect(checkEd25519PublicKey(new Uint8Array(0))).toBe("key_length");
  });

  it("a forgery under a key of small order is not even looked at", () => {
    // A = R = the neutral point and S = 0 satisfy the equation for every message.
    const neutral = SMALL_ORDER[0] ?? "";
    const forged = fromHex(neutral + "00".repeat(32));
    expect(ed25519.verify(forged, MESSAGE, fromHex(neutral))).toBe(true);
    expect(verifyEd25519(forged, MESSAGE, fromHex(neutral))).toEqual({ ok: false, fault: "key_small_order" });
  });
});

describe("signatures under a good key", () => {
  it("the one that the others are made from is good", () => {
    expect(verifyEd25519(good.signature, MESSAGE, good.key)).toEqual({ ok: true });
  });

  it.each([
    ["one byte short", good.signature.subarray(1), "signature_length"],
    ["one byte long", Uint8Array.of(...good.signature, 0), "signature_length"],
    ["empty", new Uint8Array(0), "signature_length"],
    ["R not on the curve", withR(NOT_ON_CURVE), "r_not_on_curve"],
    ...NOT_CANONICAL.map(([name, hex]) => [`R with ${name}`, withR(hex), "r_not_canonical"] as const),
    ...SMALL_ORDER.map((hex) => [`R = ${hex}`, withR(hex), "r_small_order"] as const),
  ] as const)("%s", (_name, signature, fault) => {
    expect(verifyEd25519(signature, MESSAGE, good.key)).toEqual({ ok: false, fault });
  });

  it("R with a component of small order, which the cofactored equation alone accepts", () => {
    for (const torsion of SMALL_ORDER.slice(1)) {
      const { key, signature } = signWith(12345n, 67890n, torsion);
      expect(ed25519.verify(signature, MESSAGE, key, { zip215: false })).toBe(true);
      expect(verifyEd25519(signature, MESSAGE, key)).toEqual({ ok: false, fault: "r_mixed_order" });
    }
  });

  it("S + L, the second signature for the same message, and the edges of the range", () => {
    const s = BigInt(`0x${toHex(good.signature.slice(32).toReversed())}`);
    const withS = (value: bigint) =>
      Uint8Array.of(...good.signature.subarray(0, 32), ...fromHex(value.toString(16).padStart(64, "0")).toReversed());
    expect(verifyEd25519(withS(s), MESSAGE, good.key)).toEqual({ ok: true });
    expect(verifyEd25519(withS(s + Fn.ORDER), MESSAGE, good.key)).toEqual({ ok: false, fault: "s_out_of_range" });
    expect(verifyEd25519(withS(Fn.ORDER), MESSAGE, good.key)).toEqual({ ok: false, fault: "s_out_of_range" });
    expect(verifyEd25519(withS(Fn.ORDER - 1n), MESSAGE, good.key)).toEqual({ ok: false, fault: "equation_fails" });
    expect(verifyEd25519(withS(2n ** 256n - 1n), MESSAGE, good.key)).toEqual({ ok: false, fault: "s_out_of_range" });
  });

  it("any changed bit makes it bad", () => {
    for (let bit = 0; bit < 512; bit += 7) {
      const signature = good.signature.slice();
      signature[bit >> 3] = (signature[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(verifyEd25519(signature, MESSAGE, good.key).ok).toBe(false);
    }
  });
});

describe("signatures of the platform", () => {
  /** PKCS #8 of an Ed25519 seed (RFC 8410 section 7). */
  const PKCS8 = fromHex("302e020100300506032b657004220420");

  it("are good, under the platform's own public key, and only for their message", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        fc.uint8Array({ maxLength: 200 }),
        (seed, message) => {
          const privateKey = createPrivateKey({ key: Buffer.from([...PKCS8, ...seed]), format: "der", type: "pkcs8" });
          const key = createPublicKey(privateKey).export({ format: "der", type: "spki" }).subarray(-32);
          const signature = sign(null, message, privateKey);
          expect(verifyEd25519(signature, message, key)).toEqual({ ok: true });
          expect(verifyEd25519(signature, Uint8Array.of(...message, 0), key).ok).toBe(false);
        },
      ),
      { numRuns: 60 },
    );
  });
});
