/** Every number of the ports, with unit and reason. */

/**
 * Batch ids that an open window remembers. Each takes about 100 bytes on the disk, and freezing removes them all in one
 * transaction (about 0.2 s). A hundred reporters that report every ten seconds need five hours to fill it.
 */
export const WINDOW_BATCHES_MAX = 200_000;

/** Access tokens of one agent that are good at once: the one in use, and the one that takes its place before it ends. */
export const AGENT_ACCESS_MAX = 2;

/** Blueprints of one agent whose state is remembered; each takes about 150 bytes. */
export const AGENT_STATES_MAX = 32;

/** An agent that says the same again within this time is not written down again: each note costs a write to the disk. */
export const AGENT_STATE_FRESH_MS = 60_000;

/** Named tokens, both slots counted. Each is made by a person and shown in one list. */
export const OPERATOR_TOKENS_MAX = 256;

/** Links that are remembered, open or not; the oldest that nobody can use any more gives way. Each takes about 400 bytes. */
export const DIRECTORY_LINKS_MAX = 10_000;

/** Links in one list. */
export const DIRECTORY_LINKS_LISTED_MAX = 1_000;

/** How long a link is shown after its end: long enough to see the next day that somebody used it a second time. */
export const DIRECTORY_LINK_KEPT_MS = 24 * 60 * 60 * 1000;

/** Rows that one call drops: about 2 ms of the thread. */
export const DIRECTORY_FORGET_MAX = 250;

/** Objects whose bytes one call removes while no record can be appended: 0.3 s of it where the disk is busy. */
export const SWEEP_OBJECTS_MAX = 1_000;
