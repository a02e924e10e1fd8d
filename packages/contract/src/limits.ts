/** Every bound and threshold of this package, with its unit in the name. */
export const CONTRACT_LIMITS = {
  /** The original never prunes rollouts: 4,000 of them have 2 MB. The file is read whole. */
  state_bytes_max: 64 * 1024 * 1024,
  /** S1: from this streak on, cycles are failing rather than degraded. */
  failing_streak_min: 3,
} as const;
