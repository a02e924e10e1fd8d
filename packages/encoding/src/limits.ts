/** Every bound of this package, with its unit and its reason. */

/** Deep enough for every file that was seen (S1's state has 7 levels), low enough for any runtime's call stack. */
export const JSON_DEPTH_MAX = 64;

/** A state file with 10,000 deliverables has 5 MB. */
export const JSON_SIZE_BYTES_MAX = 16 * 1024 * 1024;

/** An integer of any use is shorter (u64 has 20 digits), and turning digits into a bigint costs more than their number. */
export const JSON_INTEGER_CHARS_MAX = 1_000;

/** Top-level keys of a scanned object are kept to find duplicates; S1's documents have fewer than ten. */
export const JSON_SCAN_KEYS_BYTES_MAX = 1024 * 1024;

/** identity.md 4.4, profile D. A record has 4 levels. */
export const CBOR_DEPTH_MAX = 32;

/** Records are at most 64 KiB; larger things are objects, and the largest structured object is a certificate. */
export const CBOR_SIZE_BYTES_MAX = 16 * 1024 * 1024;

/** Decoding base58 costs the square of the length; a P-256 did:key has 49 characters after its prefix. */
export const BASE58_CHARS_MAX = 128;

/** Keys, signatures, hashes; nothing that is carried in multibase is larger. */
export const MULTIBASE_CHARS_MAX = 16 * 1024;
