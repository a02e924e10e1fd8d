/** Every number of the use cases, with its reason. */

/**
 * How often an append is decided anew after somebody else was first. Each conflict means that another writer got
 * through, so this many writers of one blueprint can be busy at once.
 */
export const APPEND_ATTEMPTS_MAX = 100;
