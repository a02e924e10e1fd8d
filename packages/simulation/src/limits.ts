/** Every bound of simulations, with its unit and its reason. */

/** Half an hour on one core with the default plan; the intervals are a thousandth wide long before. */
export const RUNS_MAX = 1_000_000;
/** As plans have it (SAMPLES_MAX of the rollout package). */
export const EXPECTED_PER_HOUR_MAX = 9_000_000_000;
/** A thousand times as slow; what is slower is never seen again. */
export const SLOWER_PPM_MAX = 1_000_000_000;
/** An hour. */
export const LATENCY_MEDIAN_US_MAX = 3_600_000_000;
/** With a deviation of 10, the 95th percentile is thirteen million times the median. */
export const LATENCY_SIGMA_PPM_MAX = 10_000_000;
/** One rollout that holds in all its windows ends with `max_hold_ms`; one that never ends is a fault here. */
export const WINDOWS_MAX = 100_000;
