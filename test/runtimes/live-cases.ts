/** Tokens and signatures on which no two runtimes may differ, with the one verdict about each. */
import { fromHex, toBase64url, toMultibase } from "@tau-edge/encoding";
import { finishJws, jwsSigningInput } from "@tau-edge/identity";
import speccheck from "../conformance/data/ed25519-speccheck.json" with { type: "json" };

/** The eight points of small order: with R the neutral point and S = 0, a lenient verifier takes every message. */
export const SMALL_ORDER_KEYS = [
  "0100000000000000000000000000000000000000000000000000000000000000",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0000000000000000000000000000000000000000000000000000000000000080",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
] as const;

export const FORGED_SIGNATURE = fromHex("01".padEnd(128, "0"));

export const NOW = 1_800_000_000_000;
export const GATEWAY_DID = "did:web:gw.example";
export const TOKEN_URL = "https://gw.example/v1/token";

export interface Forgery {
  readonly key: Uint8Array;
  readonly didJwt: string;
  readonly proof: string;
}

/** What needs no secret: tokens in the name of a key of small order. */
export function forgeryOf(hex: string): Forgery {
  const key = fromHex(hex);
  const did = `did:key:${toMultibase("z", fromHex(`ed01${hex}`))}`;
  const claims = { iss: did, aud: GATEWAY_DID, iat: NOW / 1_000, exp: NOW / 1_000 + 60 };
  const jwk = { kty: "OKP", crv: "Ed25519", x: toBase64url(key) };
  const proof = { jti: "j", htm: "POST", htu: TOKEN_URL, iat: NOW / 1_000 };
  const forged = (header: { [name: string]: string | typeof jwk }, payload: { [name: string]: string | number }) =>
    finishJws(jwsSigningInput({ alg: "EdDSA", ...header }, payload), FORGED_SIGNATURE);
  return { key, didJwt: forged({ typ: "JWT" }, claims), proof: forged({ typ: "dpop+jwt", jwk }, proof) };
}

/** RFC 8032 section 7.1, TEST 2, and what a careless or a clever sender makes of it. */
const KEY = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";
const R = "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da";
const S = "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00";
/** S + L. */
const S_PLUS_ORDER = "f52db7415978abc61b2c2eb6aeebfca0387b2eaeb4302aeeb00d291612bb0c10";
const NEUTRAL = "01".padEnd(64, "0");

export interface SignatureCase {
  readonly name: string;
  readonly message: string;
  readonly key: string;
  readonly signature: string;
  readonly good: boolean;
}

const bad = (name: string, signature: string, changes: { key?: string; message?: string } = {}): SignatureCase => ({
  ...{ name, message: "72", key: KEY, signature, good: false },
  ...changes,
});

export const SIGNATURE_CASES: readonly SignatureCase[] = [
  { name: "the RFC's", message: "72", key: KEY, signature: R + S, good: true },
  bad("S + L", R + S_PLUS_ORDER),
  bad("one byte less", (R + S).slice(2)),
  bad("one byte more", `${R}${S}00`),
  bad("nothing", ""),
  bad("another message", R + S, { message: "73" }),
  bad("an empty message", R + S, { message: "" }),
  bad("a key of 31 bytes", R + S, { key: KEY.slice(2) }),
  bad("no key", R + S, { key: "" }),
  bad("R of small order", NEUTRAL + S),
  bad("R with y = p", `edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f${S}`),
  bad("R that is no point", `02${"00".repeat(31)}${S}`),
  bad("S and R in each other's place", S + R),
  bad("zeros", "00".repeat(64)),
  bad("ones", "ff".repeat(64)),
  ...speccheck.map(({ message, pub_key, signature }, nth) =>
    bad(`speccheck ${nth}`, signature, { message, key: pub_key }),
  ),
  ...SMALL_ORDER_KEYS.map((key) => bad(`the key ${key}`, NEUTRAL.padEnd(128, "0"), { key })),
];
