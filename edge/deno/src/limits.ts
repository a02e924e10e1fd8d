/** Every number of this entry point, with unit and reason. */

/** After connections could not be accepted: time for some to end, so that there are file handles again. */
export const LISTEN_AGAIN_MS = 200;

/** Keys of agents that are remembered as good, and as what the platform makes of them; about 1 KB each. */
export const LIVE_KEYS_MAX = 4_096;
