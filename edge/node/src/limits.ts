/** Every number of this entry point, with unit and reason. */

/** A client that takes longer for its header fields is holding a connection, not sending a request. */
export const HEADERS_TIMEOUT_MS = 10_000;

/** Longer than the gateway waits for the body of one (`body_ms_max`), so that its own answer comes first. */
export const REQUEST_TIMEOUT_MS = 15_000;

/** How often Node looks for connections that are past these two; every 30 s unless told. */
export const TIMEOUT_POLL_MS = 2_000;

/** Longer than the pause between two requests of one page, shorter than the 60 s of common proxies. */
export const KEEP_ALIVE_TIMEOUT_MS = 5_000;

/** A reader that takes no byte for this long has gone, and holds an open file. */
export const IDLE_SOCKET_TIMEOUT_MS = 60_000;

/** How often connections that have become idle are closed while the rest drains. */
export const DRAIN_POLL_MS = 50;

/** Keys of agents that are remembered as good, and as what the platform makes of them; about 1 KB each. */
export const LIVE_KEYS_MAX = 4_096;
