/** Every number of this entry point, with unit and reason. */

/** After connections could not be accepted: time for some to end, so that there are file handles again. */
export const LISTEN_AGAIN_MS = 200;
