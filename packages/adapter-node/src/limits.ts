/** Every number of this adapter, with unit and reason. */
import { CONTRACT_LIMITS } from "@tau-edge/contract";

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

/** Of what a program prints, its end: the value of a check has at most 25 characters, and a complaint ends with its point. */
export const PROGRAM_OUTPUT_TAIL_BYTES = 4 * 1024;

/** How long the rest of its output is waited for after it has ended. */
export const PROGRAM_OUTPUT_WAIT_MS = 1_000;

/** Rows of the case book that are read at once. A staged case has at most 1 MiB. */
export const BOOK_PAGE_ROWS = 32;

/** Pages of the case book that SQLite keeps: the tops of the indexes of a million cases. */
export const BOOK_CACHE_KIB = 32 * 1024;

/** What is read at once, from the end of a log backwards, to find its last lines: a hundred of them. */
export const LOG_TAIL_BYTES = 64 * 1024;

/** A line of a log, in bytes: three times what the contract allows in characters, and what UTF-8 needs at most. */
export const EVENT_LINE_BYTES_MAX = 3 * CONTRACT_LIMITS.event_line_chars_max;
export const CHANNEL_LINE_BYTES_MAX = 3 * CONTRACT_LIMITS.channel_line_chars_max;

/** TAU_LOG_ROTATION_MAX_BYTES and TAU_LOG_ROTATION_MAX_FILES when they are not set, or set to what is no positive number. */
export const LOG_ROTATION_BYTES_DEFAULT = 10 * 1024 * 1024;
export const LOG_ROTATION_FILES_DEFAULT = 5;

/** Rotated logs beyond this are not looked for. */
export const LOG_ROTATION_FILES_MAX = 1_000;

/** Files of the channel store that are open at once; others are opened again. */
export const CHANNEL_FILES_OPEN_MAX = 64;

/** Files of the channel store that wait for their fsync: those of 1,000 blueprints and more. */
export const CHANNEL_FILES_UNSYNCED_MAX = 4_096;

/** Channels whose last line this process remembers; an entry takes about 200 bytes. Others are looked at again. */
export const CHANNELS_REMEMBERED_MAX = 50_000;

/** Files that are synced at once: the file system answers them together. */
export const SYNCS_AT_ONCE_MAX = 16;

/** Of a backend's complaint: what fits on a line of a report. */
export const BACKEND_DETAIL_CHARS_MAX = 500;

/** How often logs are copied again because they were rotated meanwhile. */
export const LOG_COPIES_MAX = 5;

/** The checksum of a backup's document has 78. */
export const CHECKSUM_BYTES_MAX = 1_024;

/** Objects, names and marks that a collection gets at once: about 2 ms of the thread. */
export const COLLECTION_PAGE_ROWS = 1_000;

/** How often a put begins again because a collection took the object between two of its steps. */
export const PUT_ATTEMPTS_MAX = 10;

/** How long a migration waits until nobody else has a database open; a gateway never lets go, and two migrations take turns. */
export const EXCLUSIVE_GIVE_UP_MS = 5_000;

/** What is kept for an undo beside the copies. It has 600. */
export const UNDO_DOCUMENT_BYTES_MAX = 64 * 1024;
