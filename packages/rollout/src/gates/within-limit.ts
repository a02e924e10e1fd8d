/** The one comparison of a verdict (S3, 0.K), in binary64. */

/** Two numbers this close are one number. */
export const EPS_EQ = 1e-10;
/** What a difference is divided by at least. */
const EPS_DENOM = 1e-12;

/** False for NaN and for +Infinity. */
export function withinLimit(value: number, limit: number): boolean {
  return value <= limit + EPS_EQ;
}

/** @param max_ppm in parts per million */
export function limitOf(max_ppm: number): number {
  return max_ppm / 1_000_000;
}

export function relativeDelta(value: number, baseline: number): number {
  return (value - baseline) / Math.max(Math.abs(baseline), EPS_DENOM);
}
