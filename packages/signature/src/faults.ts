/** Every reason for which a key or a signature is not good, with one sentence each. The code is public API. */
export const KEY_FAULT_MEANINGS = {
  key_length: "The public key does not have 32 bytes (RFC 8032 section 5.1.5).",
  key_not_canonical: "The public key encodes its point in a form that is not the only one (RFC 8032 section 5.1.3).",
  key_not_on_curve: "The public key is not a point of the curve (RFC 8032 section 5.1.3).",
  key_small_order: "The public key has order 1, 2, 4 or 8: signatures under it can be forged without a secret.",
  key_mixed_order: "The public key has a component of small order: verifiers disagree about signatures under it.",
} as const;

export const SIGNATURE_FAULT_MEANINGS = {
  signature_length: "The signature does not have 64 bytes (RFC 8032 section 5.1.6).",
  s_out_of_range: "The second half of the signature is not below the group order (RFC 8032 section 5.1.7).",
  r_not_canonical: "The first half of the signature encodes its point in a form that is not the only one.",
  r_not_on_curve: "The first half of the signature is not a point of the curve (RFC 8032 section 5.1.3).",
  r_small_order: "The first half of the signature is a point of order 1, 2, 4 or 8; no honest signer makes one.",
  r_mixed_order: "The first half of the signature has a component of small order; no honest signer makes one.",
  equation_fails: "The signature was not made with this key over this message (RFC 8032 section 5.1.7).",
} as const;

export type KeyFault = keyof typeof KEY_FAULT_MEANINGS;
export type SignatureFault = KeyFault | keyof typeof SIGNATURE_FAULT_MEANINGS;
