/** Every number of the ports, with unit and reason. */

/**
 * Batch ids that an open window remembers. Each takes about 100 bytes on the disk, and freezing removes them all in one
 * transaction (about 0.2 s). A hundred reporters that report every ten seconds need five hours to fill it.
 */
export const WINDOW_BATCHES_MAX = 200_000;
