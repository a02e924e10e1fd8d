/** Every bound and threshold of this package, with its unit in the name. */
export const CONTRACT_LIMITS = {
  /**
   * The original never prunes rollouts, and a million of them has 700 MB. The file is streamed, so this bounds time and
   * disk only; it is as much as two gigabytes because programs beside this one count bytes in 32 bits.
   */
  state_bytes_max: 2 * 1024 * 1024 * 1024,
  /** One rollout, failed case, key or deliverable. A case has 1 MiB, and its id stands in its key once more, escaped. */
  state_element_bytes_max: 8 * 1024 * 1024,
  /** One member that is not ours, which is held while it is read. */
  state_member_bytes_max: 16 * 1024 * 1024,
  /** S1: from this streak on, cycles are failing rather than degraded. */
  failing_streak_min: 3,
  /** A day: what nobody has tried since then says nothing about today. */
  evidence_age_ms_default: 24 * 60 * 60 * 1000,
  /** Evidence that is dated later than this after now comes from a clock that disagrees; as for ledger records. */
  clock_behind_ms_max: 10 * 60 * 1000,
  /** A line of the original has 600 bytes; whoever writes a longer one does not write cycles. */
  event_line_chars_max: 64 * 1024,
  /** S1 has nine reason codes, three targets, two environments. */
  counted_words_max: 256,
  word_chars_max: 128,
  /** Of one cycle; S1 has nine. */
  cycle_reason_codes_max: 64,
  /** A name of 255 bytes is what file systems take, and `.corrupt` files get longer names beside it. */
  channel_name_bytes_max: 200,
  /** Three short keys. */
  channel_schema_bytes_max: 64 * 1024,
  /** A case may have 1 MiB, and its line says each of its texts once. */
  channel_line_chars_max: 2 * 1024 * 1024,
} as const;
