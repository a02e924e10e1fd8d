/**
 * Strict ECDSA over P-256 with SHA-256: one verdict on every runtime.
 *
 * Signatures are r and s with 32 bytes each (IEEE P1363, as JOSE and WebCrypto have them), never DER. At least one browser
 * accepts shortened ones, so the length goes first. (r, n - s) is good where (r, s) is: whoever counts or addresses
 * signatures must not tell them apart by their bytes.
 */
import { p256 } from "@noble/curves/nist.js";
import type { P256KeyFault, P256SignatureFault } from "./p256-faults.ts";

export type P256Verdict = { readonly ok: true } | { readonly ok: false; readonly fault: P256SignatureFault };

const SCALAR_BYTES = 32;
const COMPRESSED_BYTES = 33;
const UNCOMPRESSED_BYTES = 65;

/** @param publicKey a point as SEC 1 section 2.3.3 writes it, compressed (Multikey) or not (the x and y of a JWK) */
export function checkP256PublicKey(publicKey: Uint8Array): "ok" | P256KeyFault {
  const [form] = publicKey;
  if (publicKey.length !== COMPRESSED_BYTES && publicKey.length !== UNCOMPRESSED_BYTES) return "p256_key_length";
  // SEC 1 section 2.3.4, steps 2.2 and 3.2: no hybrid form (06, 07), which some decoders take.
  const known = publicKey.length === UNCOMPRESSED_BYTES ? form === 4 : form === 2 || form === 3;
  if (!known) return "p256_key_form";
  return isOnCurve(publicKey) ? "ok" : "p256_key_not_on_curve";
}

/**
 * FIPS 186-5 section 6.4.2 over the raw message, hashed here. Never throws for what the bytes say.
 * Look at `ok`: the verdict itself is an object and always truthy.
 */
export function verifyP256(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): P256Verdict {
  const key = checkP256PublicKey(publicKey);
  if (key !== "ok") return { ok: false, fault: key };
  if (signature.length !== 2 * SCALAR_BYTES) return { ok: false, fault: "p256_signature_length" };
  if (!isScalar(signature.subarray(0, SCALAR_BYTES))) return { ok: false, fault: "p256_r_out_of_range" };
  if (!isScalar(signature.subarray(SCALAR_BYTES))) return { ok: false, fault: "p256_s_out_of_range" };
  // Honest signers make both halves of the range: `lowS` is a rule of other curves' users.
  return p256.verify(signature, message, publicKey, { format: "compact", lowS: false, prehash: true })
    ? { ok: true }
    : { ok: false, fault: "p256_equation_fails" };
}

/** Length and form are checked, so the library can still refuse only a coordinate or a point. */
function isOnCurve(publicKey: Uint8Array): boolean {
  try {
    p256.Point.fromBytes(publicKey);
    return true;
  } catch {
    return false;
  }
}

/** The order n of the group (SP 800-186 section 3.2.1.3), big-endian. */
const ORDER: readonly number[] = [
  0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa, 0xad, 0xa7,
  0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];

/** 1 <= scalar < n (FIPS 186-5 section 6.4.2, step 1). */
function isScalar(bytes: Uint8Array): boolean {
  if (bytes.every((byte) => byte === 0)) return false;
  for (let i = 0; i < SCALAR_BYTES; i++) {
    const difference = (bytes[i] ?? 0) - (ORDER[i] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
