/** Every bound of the ledger, with its unit and its reason. */

/** Decisions 23: a Deno KV value holds 65,536 bytes, and a page of 256 records stays within 16 MiB. */
export const RECORD_BYTES_MAX = 64 * 1024;

/** Decisions 5: a first character and up to 62 more, as in a DNS label. */
export const STREAM_ID_CHARS_MAX = 63;

/** Names of acts are a small vocabulary. */
export const RECORD_TYPE_CHARS_MAX = 64;

/** A did:web with a long path; a login name is shorter. */
export const ACTOR_ID_BYTES_MAX = 512;

/** Decisions 17: how far the clock may stand behind the last record; NTP steps are smaller. */
export const CLOCK_BEHIND_MS_MAX = 10 * 60 * 1000;

/** Decisions 17: how far it may stand ahead. */
export const CLOCK_AHEAD_MS_MAX = 24 * 60 * 60 * 1000;

/** A COMMITTED pointer with every field and the longest ids takes 505 bytes; a newer version may say more. */
export const COMMIT_POINTER_BYTES_MAX = 4 * 1024;

/** Longer than any path that Linux opens in one call (PATH_MAX, 4,096 bytes). */
export const TREE_PATH_CHARS_MAX = 4 * 1024;

/** Ten times the objects that a ledger is measured with. */
export const TREE_FILES_MAX = 10_000_000;
