/** Every number of the use cases, with its reason. */

/**
 * How often an append is decided anew after somebody else was first. Each conflict means that another writer got
 * through, so this many writers of one blueprint can be busy at once.
 */
export const APPEND_ATTEMPTS_MAX = 100;

/**
 * A blueprint may rest this long before it is packaged again without anybody looking at the clock. Longer than any
 * retention class; a clock that is set to another decade is still noticed before it stamps a record.
 */
export const REST_MS_MAX = 400 * 24 * 60 * 60 * 1000;

/** Plans, reports, snapshots and checkpoints. A snapshot with every lane and bucket filled takes 6 MB. */
export const STRUCTURED_OBJECT_BYTES_MAX = 32 * 1024 * 1024;
