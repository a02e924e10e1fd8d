/** Every number of this adapter, with unit and reason. */

/** Digests whose verification an isolate remembers. An entry takes about 200 bytes of its 128 MiB. */
export const VERIFIED_OBJECTS_MAX = 20_000;

/** One RPC message may have 32 MiB; a page stays below half of that, however many records were asked for. */
export const PAGE_BYTES_MAX = 16 * 1024 * 1024;
