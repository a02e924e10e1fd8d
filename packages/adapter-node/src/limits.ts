/** Every number of this adapter, with unit and reason. */

/** Pieces in which files are read and hashed: large enough that the call costs nothing, small enough for many readers. */
export const READ_PIECE_BYTES = 256 * 1024;

/** Digests whose verification this process remembers. An entry takes about 200 bytes. */
export const VERIFIED_OBJECTS_MAX = 50_000;

/** A temporary file that is older than this belongs to no living writer. */
export const LEFTOVER_AGE_MS = 60 * 60 * 1000;

/** How long a writer that cannot link waits for another one that holds the lock of the same object. */
export const LOCK_WAIT_MS = 500;
export const LOCK_POLL_MS = 10;

/** How long one statement may block the thread for a lock that another process holds. */
export const BUSY_BLOCK_MS = 50;

/** How long a transaction is tried again before the ledger counts as unavailable. An fsync of a slow disk takes 100 ms. */
export const BUSY_GIVE_UP_MS = 60_000;

/** Longest pause between two tries; the pause is random below it, so that waiting processes do not move in step. */
export const BUSY_PAUSE_MAX_MS = 20;

/** Up to this size the whole ledger is checked when it is opened (about 2 ms); beyond it, only its header and ends. */
export const QUICK_CHECK_PAGES_MAX = 256;

/**
 * Up to this size bytes are handed to the system at once: it copies them at the speed of memory, several times faster
 * than the hash of the same bytes that this thread has just computed. The disk is waited for in the thread pool.
 */
export const WRITE_AT_ONCE_BYTES_MAX = 16 * 1024 * 1024;

/** Batches of observations that share one transaction. It blocks the thread: this many of 1,000 observations take 15 ms. */
export const GROUP_BATCHES_MAX = 64;

/** Batches that wait to be written. One of 1,000 observations takes 8 KB, and all of them are written within two seconds. */
export const WAITING_BATCHES_MAX = 10_000;

/** Of what an external check prints, its end: a number has at most 25 characters, and the rest is nobody's evidence. */
export const CHECK_OUTPUT_TAIL_BYTES = 4 * 1024;

/** How long the rest of its output is waited for after it has ended. */
export const CHECK_OUTPUT_WAIT_MS = 1_000;

/** Rows of the case book that are read at once. A staged case has at most 1 MiB. */
export const BOOK_PAGE_ROWS = 32;

/** Pages of the case book that SQLite keeps: the tops of the indexes of a million cases. */
export const BOOK_CACHE_KIB = 32 * 1024;
