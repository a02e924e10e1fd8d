/** Every bound of fixtures, cases and cycles, with its unit and its reason. */

/** A million cases of a thousand bytes. */
export const FIXTURE_BYTES_MAX = 1024 * 1024 * 1024;

/** A cycle names a page for every thousand results, and its record has 64 KiB. */
export const FIXTURE_CASES_MAX = 1_000_000;

/** The name stands in the cycle's record. */
export const FIXTURE_NAME_BYTES_MAX = 4 * 1024;

/** A case has about a thousand bytes. What else stands in a fixture, its description for one, has the same bound. */
export const CASE_BYTES_MAX = 1024 * 1024;

/** Of each text in a case: a path has at most 4,096 bytes. With it, a page of results stays within its bound. */
export const CASE_TEXT_BYTES_MAX = 16 * 1024;

/** serde_json, with which S1's fixtures are read elsewhere, stops at 128 levels; a case stands on the third. */
export const CASE_DEPTH_MAX = 126;

export const U16_MAX = 65_535;
export const U32_MAX = 4_294_967_295;

/** Of what was expected and what came instead: enough to see the difference in a success body. */
export const MISMATCH_TEXT_CHARS_MAX = 2_000;

/** Of what stood against an artifact, or what a backend said. */
export const DETAIL_CHARS_MAX = 300;

/** A record has 64 KiB, and the digest of a page takes 34 bytes of it. */
export const PAGE_RESULTS_MAX = 1_000;

/**
 * Below the largest object that can be decoded (16 MiB) by more than one result. The largest fixture has results of less
 * than 7 GiB, so that fewer than 1,600 pages stand in its record.
 */
export const PAGE_BYTES_MAX = 12 * 1024 * 1024;

/** S1: the delay doubles ten times and stays there. */
export const RETRY_DOUBLINGS_MAX = 10;
