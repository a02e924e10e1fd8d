/** Every number of the deep pass, with its reason. */
export const DEEP_LIMITS = {
  /** Starting a thread and loading 3 MB of validator takes 0.1 s here; a loaded CI machine is a hundred times slower. */
  base_ms: 10_000,
  /** The slowest real component seen takes 8 ms per MiB; this is some sixty times that. */
  per_mib_ms: 500,
  /** Nobody waits longer than this for one file. */
  total_ms_max: 60_000,
  /** The validator's own words are cut here: they are stored in a record and printed on one screen. */
  detail_chars_max: 1_000,
} as const;

export interface DeepTimes {
  readonly base_ms: number;
  readonly per_mib_ms: number;
  readonly total_ms_max: number;
}

export function timeLimitMs(size_bytes: number, times: DeepTimes = DEEP_LIMITS): number {
  const wanted = times.base_ms + Math.ceil((size_bytes / 1_048_576) * times.per_mib_ms);
  return Math.min(wanted, times.total_ms_max);
}
