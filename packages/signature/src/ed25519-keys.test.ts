import { createPrivateKey, createPublicKey } from "node:crypto";
import { x25519 } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { fromHex, toHex } from "@tau-edge/encoding";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkEd25519PublicKey } from "./ed25519.ts";
import { ed25519PublicKey, x25519FromEd25519 } from "./ed25519-keys.ts";

/** PKCS #8 of an Ed25519 seed (RFC 8410 section 7). */
const PKCS8 = fromHex("302e020100300506032b657004220420");
const seeds = fc.uint8Array({ minLength: 32, maxLength: 32 });

describe("the public key of a seed", () => {
  it("is that of RFC 8032 section 7.1, test 1", () => {
    const seed = fromHex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
    expect(toHex(ed25519PublicKey(seed))).toBe("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
  });

  it("is the platform's, and a good key", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const privateKey = createPrivateKey({ key: Buffer.from([...PKCS8, ...seed]), format: "der", type: "pkcs8" });
        const expected = createPublicKey(privateKey).export({ format: "der", type: "spki" }).subarray(-32);
        expect(toHex(ed25519PublicKey(seed))).toBe(toHex(expected));
        expect(checkEd25519PublicKey(ed25519PublicKey(seed))).toBe("ok");
      }),
      { numRuns: 20 },
    );
  });

  it.each([0, 31, 33, 64])("takes 32 bytes, not %i", (length) => {
    expect(() => ed25519PublicKey(new Uint8Array(length))).toThrow(RangeError);
  });
});

describe("the X25519 key of the same point", () => {
  it("is the public key of the scalar that RFC 8032 makes from the seed", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const scalar = sha512(seed).slice(0, 32);
        expect(toHex(x25519FromEd25519(ed25519PublicKey(seed)))).toBe(toHex(x25519.getPublicKey(scalar)));
      }),
      { numRuns: 10 },
    );
  });

  it.each([
    ["the neutral point", "0100000000000000000000000000000000000000000000000000000000000000"],
    ["a point of order 2", "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"],
    ["31 bytes", "00".repeat(31)],
  ])("is not made of %s", (_name, hex) => {
    expect(() => x25519FromEd25519(fromHex(hex))).toThrow(RangeError);
  });
});
