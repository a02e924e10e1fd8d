/** Every reason for which a P-256 key or signature is not good, with one sentence each. The code is public API. */
export const P256_KEY_FAULT_MEANINGS = {
  p256_key_length: "The public key has neither 33 nor 65 bytes (SEC 1 section 2.3.4).",
  p256_key_form: "The public key does not begin with 02 or 03, or with 04 where it has 65 bytes (SEC 1 section 2.3.4).",
  p256_key_not_on_curve: "The public key is not a point of the curve (SEC 1 section 3.2.2.1).",
} as const;

export const P256_SIGNATURE_FAULT_MEANINGS = {
  p256_signature_length: "The signature does not have 64 bytes: r and s with 32 bytes each (IEEE P1363).",
  p256_r_out_of_range: "The first half of the signature is 0 or not below the group order (FIPS 186-5 section 6.4.2).",
  p256_s_out_of_range: "The second half of the signature is 0 or not below the group order (FIPS 186-5 section 6.4.2).",
  p256_equation_fails: "The signature was not made with this key over this message (FIPS 186-5 section 6.4.2).",
} as const;

export type P256KeyFault = keyof typeof P256_KEY_FAULT_MEANINGS;
export type P256SignatureFault = P256KeyFault | keyof typeof P256_SIGNATURE_FAULT_MEANINGS;
