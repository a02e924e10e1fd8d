/** Bounds on what a gateway may send and how long it may take. */

/** A history of 10,000 records has 5 MB. */
export const ANSWER_BYTES_MAX = 16 * 1024 * 1024;

/** Starting verifies an artifact and may run the checks of an environment. */
export const ANSWER_TIMEOUT_MS = 120_000;

/** A token that other systems issue, such as a JWT, has 2 KB. */
export const TOKEN_BYTES_MAX = 8 * 1024;

/** Over all pages of a list: twenty rollouts a day for years. */
export const LISTED_MAX = 50_000;

/** 1,024 characters, and a line end. */
export const PASSWORD_BYTES_MAX = 4 * 1024 + 2;

/** A record has 64 KiB, and its text as JSON a few times that. */
export const EVENT_BYTES_MAX = 1024 * 1024;

/** Three heartbeats: a connection on which nothing comes for so long is gone, whatever the system says. */
export const SILENCE_MS_MAX = 45_000;

/** Between two attempts to come again: as the gateway says at first, twice as long after each, and never longer. */
export const COME_AGAIN_MS_DEFAULT = 1_000;
/** From which twice as long grows, also for a gateway that says to come at once. */
export const COME_AGAIN_MS_MIN = 1;
export const COME_AGAIN_MS_MAX = 30_000;
/** Doublings until then, from the shortest. */
export const DOUBLED_MAX = 15;

/** A stream that lasted for so long was one, also when nothing happened: a Worker ends each after 30 seconds. */
export const STEADY_MS = 10_000;

/** As long as a gateway takes to be deployed anew, and somebody to notice that it is not. */
export const LOST_MS_MAX = 600_000;
