/** Every bound of this package, with its unit and its reason. */

/** A did:key of an Ed25519 key has 56 characters. Looked at before base58, whose cost is the square of the length. */
export const DID_KEY_CHARS_MAX = 64;

/** What the ledger takes as an actor. */
export const DID_WEB_CHARS_MAX = 512;

/** The URL of the longest DID: `https://` is as long as `did:web:`, and the name of the file comes behind. */
export const DID_WEB_URL_CHARS_MAX = DID_WEB_CHARS_MAX + "/.well-known/did.json".length;

/** RFC 1035 section 2.3.4, without the dot of the root. */
export const HOST_CHARS_MAX = 253;

/** RFC 1035 section 2.3.4. */
export const HOST_LABEL_CHARS_MAX = 63;

/** Names of keys are months or fingerprints; a fingerprint has 48 characters. */
export const KEY_NAME_CHARS_MAX = 64;

/** As many keys as a document lists while one is replaced, and a few to spare. */
export const DOCUMENT_KEYS_MAX = 16;

/** A first character and up to 62 more, as in a DNS label. */
export const NAME_CHARS_MAX = 63;

/** The original has no limit of its own; a path of a did:web is not longer. */
export const LEGACY_NAME_CHARS_MAX = 512;

/** Half a thousand bytes in hex, or a page of text: more is a wrong file. */
export const ENTROPY_CHARS_MAX = 1024;

/** As strong as the key that is made from it. */
export const ENTROPY_BYTES_MIN = 32;

/** The largest payload, of a did:web with the longest names and URLs, has 6 KiB. */
export const PAYLOAD_BYTES_MAX = 16 * 1024;

/** Longer than any path on which somebody would exchange a link. */
export const EXCHANGE_URL_CHARS_MAX = 1024;

/** A proof has some 500 characters, a DID-JWT with a key and a long did:web some 1,500. */
export const JWS_CHARS_MAX = 8_192;

/** A claim that is an object or a list, and one more. */
export const JWS_DEPTH_MAX = 4;

/** Header of a proof that is remembered; the usual one has 150 characters. */
export const DPOP_HEADER_CHARS_MAX = 512;

/** 96 bits are 16 characters and a UUID has 36 (RFC 9449 section 4.2). */
export const JTI_CHARS_MAX = 128;

/** The longest registered method has 17 characters. */
export const HTM_CHARS_MAX = 32;

/** Longer than any URL of a gateway without its query. */
export const HTU_CHARS_MAX = 2_048;

/** Ours have 22 characters; an agent may talk to others. */
export const NONCE_CHARS_MAX = 256;

/** A proof counts from one minute before to one minute after the moment that it names. */
export const DPOP_SKEW_MS = 60_000;

/** Longer than a proof can count, whichever way the clocks differ (2 x `DPOP_SKEW_MS`). */
export const PROOF_MEMORY_MS = 121_000;

/** An audience or two, never a crowd. */
export const AUDIENCES_MAX = 8;

/** Nobody's clock is further off; did-jwt allows 300 s unasked. */
export const DID_JWT_SKEW_MS_MAX = 60_000;

/** How long a server nonce is the current one; the one before is accepted as well. */
export const NONCE_BUCKET_MS = 300_000;

/** The gateway's URL and what follows it. */
export const LINK_CHARS_MAX = 1_024;

/** A page of text: more is a wrong file. */
export const PASSWORD_CHARS_MAX = 1_024;

/** A salt of 16 bytes and a hash of 32, with room for others'. */
export const PASSWORD_HASH_CHARS_MAX = 256;

/** Sixteen keys with their ids and relationships, in the longest forms. */
export const DID_DOCUMENT_BYTES_MAX = 64 * 1024;
