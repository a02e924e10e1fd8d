/** Every bound of the gateway, with its unit in the name and its reason. */
export const LIMITS = {
  /** A digest URL has 90 characters; a cursor and every query parameter together fit in a tenth of this. */
  url_chars_max: 2_048,
  /** What Node, Deno and workerd accept at least; the Node entry point sets its parser to this. */
  header_bytes_max: 16 * 1_024,
  /** A list of 60 entity tags; a longer If-None-Match or If-Match is answered as if none matched. */
  condition_header_chars_max: 4_096,
  /** Two 64-bit numbers and a unit fit ten times; a longer Range is ignored, as RFC 9110 section 14.2 allows. */
  range_header_chars_max: 512,
  /** Entries of a listing when the client names no number. */
  page_entries_default: 50,
  /** About 200 KB of JSON. */
  page_entries_max: 200,
  /** A readiness check that has not answered by then has failed; probes usually wait 1 to 10 s. */
  check_ms_max: 2_000,
  /**
   * An object up to this size is sent from memory after its first use, unless the platform says less: reading a file
   * anew for each client costs twice as much as sending it. Larger ones are streamed.
   */
  hot_object_bytes_max: 16 * 1_024 * 1_024,
  /** All objects kept in memory together, and those that a client has not taken yet. */
  hot_objects_bytes_max: 64 * 1_024 * 1_024,
  /** Questions for objects that are remembered; an entry takes about 100 bytes. */
  asked_counts_sum_max: 8_192,
  /** Objects in memory that are looked at to make room for another one, so that a miss costs microseconds. */
  hot_objects_looked_at_max: 64,
  /** Below this, a client that takes its answer slowly holds no more than one that is streamed to: a piece of a file. */
  counted_answer_bytes_min: 256 * 1_024,
  /** How long a browser may remember a preflight answer. */
  preflight_seconds: 86_400,
  /** What clients are asked to wait after `store_unavailable`. */
  retry_after_seconds: 5,
} as const;
