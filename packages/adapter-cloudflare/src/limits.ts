/** Every number of this adapter, with unit and reason. */

/** Digests whose verification an isolate remembers. An entry takes about 200 bytes of its 128 MiB. */
export const VERIFIED_OBJECTS_MAX = 20_000;

/** A page of 1,000 usual records has 300 KB. An RPC message may have 32 MiB, but both ends hold it in 128 MiB of memory. */
export const PAGE_BYTES_MAX = 4 * 1024 * 1024;

/** How long a request waits while another one hashes the same object; about 500 MB. Then it hashes by itself. */
export const OTHERS_VERIFICATION_MS_MAX = 5_000;
