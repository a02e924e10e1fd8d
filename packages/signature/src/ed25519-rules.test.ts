/**
 * What Project Wycheproof asks of an Ed25519 verifier, asked here with signatures of our own: each rule for the strict
 * verdict, and for the checks that stand before a platform's verifier, with two verifiers behind them.
 */
import { createPrivateKey, sign } from "node:crypto";
import { ed25519 } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { fromHex, toHex } from "@tau-edge/encoding";
import { describe, expect, it } from "vitest";
import { checkEd25519PublicKey, liveEd25519Fault, verifyEd25519 } from "./ed25519.ts";
import { ed25519PublicKey } from "./ed25519-keys.ts";

const { ORDER } = ed25519.Point.Fn;
const P = 2n ** 255n - 19n;
const PKCS8 = fromHex("302e020100300506032b657004220420");
const seedOf = (number: number) => new Uint8Array(32).fill(number);
const text = (value: string) => new TextEncoder().encode(value);
const numberOf = (bytes: Uint8Array) => BigInt(`0x${toHex(bytes.toReversed())}`);
const bytesOf = (value: bigint) => fromHex(value.toString(16).padStart(64, "0")).toReversed();

function signed(message: Uint8Array, seed = seedOf(1)) {
  const key = createPrivateKey({ key: Buffer.from([...PKCS8, ...seed]), format: "der", type: "pkcs8" });
  return { message, publicKey: ed25519PublicKey(seed), signature: new Uint8Array(sign(null, message, key)) };
}

/** The cofactorless equation: R = [S]B - [k]A, compared as bytes, as OpenSSL and BoringSSL have it. */
const cofactorless = (signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array) => {
  const [r, s] = [signature.subarray(0, 32), numberOf(signature.subarray(32))];
  const k = numberOf(sha512(Uint8Array.of(...r, ...publicKey, ...message))) % ORDER;
  const point = ed25519.Point.BASE.multiplyUnsafe(s % ORDER).subtract(
    ed25519.Point.fromBytes(publicKey, true).multiplyUnsafe(k),
  );
  return toHex(point.toBytes()) === toHex(r);
};

const live = (signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array) =>
  liveEd25519Fault(signature, publicKey, checkEd25519PublicKey) ??
  (cofactorless(signature, message, publicKey) ? "ok" : "equation_fails");
const strict = (signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array) => {
  const verdict = verifyEd25519(signature, message, publicKey);
  return verdict.ok ? "ok" : verdict.fault;
};

/** Both verdicts, which must be one wherever the equation is not what is asked about. */
function verdictOf({ signature, message, publicKey }: ReturnType<typeof signed>): string {
  const found = [strict(signature, message, publicKey), live(signature, message, publicKey)] as const;
  expect(found[1]).toBe(found[0]);
  return found[0];
}

const good = signed(text("promote 1 to 5 %"));
const [R, S] = [good.signature.slice(0, 32), good.signature.slice(32)];
const signatureOf = (r: Uint8Array, s: Uint8Array) => ({ ...good, signature: Uint8Array.of(...r, ...s) });

describe("honest signatures are good", () => {
  it.each([0, 1, 31, 32, 63, 64, 65, 111, 112, 127, 128, 1_000])("over %i bytes", (length) => {
    for (const seed of [1, 2, 255]) {
      const found = signed(
        Uint8Array.from({ length }, (_, i) => (i * 7 + seed) & 0xff),
        seedOf(seed),
      );
      expect(verdictOf(found)).toBe("ok");
    }
  });

  it("also where R or S has zeros at its end, which a careless writer cuts off", () => {
    const found = Array.from({ length: 2_000 }, (_, i) => signed(text(`message ${i}`))).filter(
      ({ signature }) => signature[31] === 0 || (signature[62] ?? 0) === 0,
    );
    expect(found.length).toBeGreaterThan(4);
    for (const one of found) expect(verdictOf(one)).toBe("ok");
  });
});

describe("malleability: S is below the order, or the signature has a second form", () => {
  it.each(Array.from({ length: 15 }, (_, i) => BigInt(i + 1)))("S + %i L", (times) => {
    const s = numberOf(S) + times * ORDER;
    if (s < 2n ** 256n) expect(verdictOf(signatureOf(R, bytesOf(s)))).toBe("s_out_of_range");
  });

  it.each([
    ["S = L", ORDER],
    ["S = L + 1", ORDER + 1n],
    ["S = 2^253", 2n ** 253n],
    ["S = 2^255", 2n ** 255n],
    ["S = 2^256 - 1", 2n ** 256n - 1n],
    ["S with its highest bit", numberOf(S) + 2n ** 255n],
    ["S with bit 253", numberOf(S) | (2n ** 253n)],
    ["S = p", P],
  ])("%s", (_name, s) => expect(verdictOf(signatureOf(R, bytesOf(s)))).toBe("s_out_of_range"));

  it.each([
    ["S = 0", 0n],
    ["S = 1", 1n],
    ["S = L - 1", ORDER - 1n],
    ["S = -S", ORDER - numberOf(S)],
    ["S in big-endian", numberOf(S.toReversed()) % ORDER],
  ])("%s is of the range, and of no message", (_name, s) => {
    expect(verdictOf(signatureOf(R, bytesOf(s)))).toBe("equation_fails");
  });
});

describe("lengths", () => {
  it.each([0, 1, 31, 32, 33, 62, 63])("a signature cut to %i bytes", (length) => {
    expect(verdictOf({ ...good, signature: good.signature.slice(0, length) })).toBe("signature_length");
  });

  it.each([
    ["a zero behind it", Uint8Array.of(...good.signature, 0)],
    ["a zero before it", Uint8Array.of(0, ...good.signature)],
    ["a zero between its halves", Uint8Array.of(...R, 0, ...S)],
    ["its half again", Uint8Array.of(...good.signature, ...S)],
    ["itself again", Uint8Array.of(...good.signature, ...good.signature)],
    ["as DER", Uint8Array.of(0x30, 0x44, 2, 32, ...R, 2, 32, ...S)],
    ["as hex", text(toHex(good.signature))],
  ])("a signature with %s", (_name, signature) => {
    expect(verdictOf({ ...good, signature })).toBe("signature_length");
  });

  it.each([0, 31, 33, 44, 64])("a key of %i bytes", (length) => {
    const publicKey = Uint8Array.of(...good.publicKey, ...good.publicKey).slice(0, length);
    expect(verdictOf({ ...good, publicKey })).toBe("key_length");
  });
});

describe("R and A are written in one way, and of the right order", () => {
  const torsion = ed25519.Point.fromHex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05");
  const small = Array.from({ length: 8 }, (_, i) => (i === 0 ? ed25519.Point.ZERO : torsion.multiplyUnsafe(BigInt(i))));

  it("all eight points of small order are found without arithmetic", () => {
    expect(new Set(small.map((point) => toHex(point.toBytes()))).size).toBe(8);
    for (const point of small) {
      expect(verdictOf(signatureOf(point.toBytes(), S))).toBe("r_small_order");
      expect(verdictOf({ ...good, publicKey: point.toBytes() })).toBe("key_small_order");
    }
  });

  it("all encodings with y >= p, and zero with a sign, are found without arithmetic", () => {
    for (let y = P; y < 2n ** 255n; y++)
      for (const sign of [0n, 2n ** 255n]) {
        expect(verdictOf(signatureOf(bytesOf(y + sign), S))).toBe("r_not_canonical");
        expect(verdictOf({ ...good, publicKey: bytesOf(y + sign) })).toBe("key_not_canonical");
      }
    for (const y of [1n, P - 1n]) expect(verdictOf(signatureOf(bytesOf(y + 2n ** 255n), S))).toBe("r_not_canonical");
  });

  it("a key or an R with a part of small order is refused, by arithmetic or by the equation", () => {
    for (const point of small.slice(1)) {
      const publicKey = ed25519.Point.fromBytes(good.publicKey).add(point).toBytes();
      expect(verdictOf({ ...good, publicKey })).toBe("key_mixed_order");
      const { signature, message } = signatureOf(ed25519.Point.fromBytes(R).add(point).toBytes(), S);
      expect(strict(signature, message, good.publicKey)).toBe("r_mixed_order");
      expect(live(signature, message, good.publicKey)).toBe("equation_fails");
    }
  });

  it("an R that is no point is refused, by arithmetic or by the equation", () => {
    const { signature, message } = signatureOf(bytesOf(2n), S);
    expect(strict(signature, message, good.publicKey)).toBe("r_not_on_curve");
    expect(live(signature, message, good.publicKey)).toBe("equation_fails");
  });
});

describe("one bit makes it another", () => {
  const flipped = (bytes: Uint8Array, bit: number) => bytes.with(bit >> 3, (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7)));

  it("in R or S", () => {
    for (let bit = 0; bit < 512; bit++) {
      const signature = flipped(good.signature, bit);
      expect(strict(signature, good.message, good.publicKey)).not.toBe("ok");
      if (bit % 8 === 0) expect(live(signature, good.message, good.publicKey)).not.toBe("ok");
    }
  });

  it("in the message", () => {
    for (let bit = 0; bit < good.message.length * 8; bit += 3)
      expect(verdictOf({ ...good, message: flipped(good.message, bit) })).toBe("equation_fails");
    for (const message of [text(""), Uint8Array.of(...good.message, 0), good.message.slice(1), seedOf(0)])
      expect(verdictOf({ ...good, message })).toBe("equation_fails");
  });

  it("in the key", () => {
    for (let bit = 0; bit < 256; bit += 5)
      expect(verdictOf({ ...good, publicKey: flipped(good.publicKey, bit) })).not.toBe("ok");
  });

  it("and so does another key, another signature's half, and both halves in each other's place", () => {
    const other = signed(text("another"));
    expect(verdictOf({ ...good, publicKey: ed25519PublicKey(seedOf(2)) })).toBe("equation_fails");
    expect(verdictOf(signatureOf(R, other.signature.slice(32)))).toBe("equation_fails");
    expect(verdictOf(signatureOf(other.signature.slice(0, 32), S))).toBe("equation_fails");
    expect(strict(Uint8Array.of(...S, ...R), good.message, good.publicKey)).not.toBe("ok");
    expect(verdictOf({ ...good, signature: new Uint8Array(64) })).toBe("r_small_order");
    expect(verdictOf({ ...good, signature: new Uint8Array(64).fill(0xff) })).toBe("s_out_of_range");
  });
});
