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
