/**
 * Strict Ed25519: one verdict on every runtime.
 *
 * RFC 8032 leaves room, and platforms fill it differently: crafted signatures are good on one and bad on another. This
 * profile accepts only what all of them accept: S < L, and A and R canonical points of the group of prime order. Then the
 * cofactored and the cofactorless equation say the same. Honest signatures are not affected.
 */
import { ed25519 } from "@noble/curves/ed25519.js";
import { POINT_BYTES, type PointFault, pointFault, quickPointFault } from "./ed25519-point.ts";
import type { KeyFault, SignatureFault } from "./faults.ts";

export type SignatureVerdict = { readonly ok: true } | { readonly ok: false; readonly fault: SignatureFault };

const SIGNATURE_BYTES = 64;

/** @param publicKey the encoding of RFC 8032 section 5.1.5 */
export function checkEd25519PublicKey(publicKey: Uint8Array): "ok" | KeyFault {
  if (publicKey.length !== POINT_BYTES) return "key_length";
  const fault = pointFault(publicKey);
  return fault === undefined ? "ok" : KEY_FAULTS[fault];
}

export type Ed25519KeyCheck = typeof checkEd25519PublicKey;

/**
 * PureEdDSA over the raw message (RFC 8032 section 5.1.7). Never throws for what the bytes say.
 * Look at `ok`: the verdict itself is an object and always truthy.
 * @param checkKey one that remembers, where keys come again: the check is a third of the cost
 */
export function verifyEd25519(
  signature: Uint8Array,
  message: Uint8Array,
  publicKey: Uint8Array,
  checkKey: Ed25519KeyCheck = checkEd25519PublicKey,
): SignatureVerdict {
  const key = checkKey(publicKey);
  if (key !== "ok") return { ok: false, fault: key };
  if (signature.length !== SIGNATURE_BYTES) return { ok: false, fault: "signature_length" };
  // RFC 8032 section 5.1.7, step 1: otherwise S + L is a second signature for the same message.
  if (!isBelowOrder(signature.subarray(POINT_BYTES))) return { ok: false, fault: "s_out_of_range" };
  const r = pointFault(signature.subarray(0, POINT_BYTES));
  if (r !== undefined) return { ok: false, fault: R_FAULTS[r] };
  // The library's equation is cofactored; with both points free of torsion that is the cofactorless one too.
  return ed25519.verify(signature, message, publicKey, { zip215: false })
    ? { ok: true }
    : { ok: false, fault: "equation_fails" };
}

/**
 * What must be asked before a platform's verifier, whichever equation it has: with these checks, and a verifier that uses
 * the cofactorless equation, the verdict is `verifyEd25519`'s. Costs microseconds where the key was seen before.
 *
 * @param checkKey from `rememberGoodKeys`: the key's check alone takes longer than a native verification
 * @returns undefined when the verifier may be asked
 */
export function liveEd25519Fault(
  signature: Uint8Array,
  publicKey: Uint8Array,
  checkKey: Ed25519KeyCheck,
): SignatureFault | undefined {
  const key = checkKey(publicKey);
  if (key !== "ok") return key;
  if (signature.length !== SIGNATURE_BYTES) return "signature_length";
  if (!isBelowOrder(signature.subarray(POINT_BYTES))) return "s_out_of_range";
  const r = quickPointFault(signature.subarray(0, POINT_BYTES));
  return r === undefined ? undefined : R_FAULTS[r];
}

const KEY_FAULTS: { readonly [fault in PointFault]: KeyFault } = {
  not_canonical: "key_not_canonical",
  not_on_curve: "key_not_on_curve",
  small_order: "key_small_order",
  mixed_order: "key_mixed_order",
};

const R_FAULTS: { readonly [fault in PointFault]: SignatureFault } = {
  not_canonical: "r_not_canonical",
  not_on_curve: "r_not_on_curve",
  small_order: "r_small_order",
  mixed_order: "r_mixed_order",
};

/** L = 2^252 + 27742317777372353535851937790883648493 (RFC 8032 section 5.1), little-endian. */
const ORDER: readonly number[] = [
  0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0, 0, 0,
  0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

function isBelowOrder(scalar: Uint8Array): boolean {
  for (let i = POINT_BYTES - 1; i >= 0; i--) {
    const difference = (scalar[i] ?? 0) - (ORDER[i] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
