/**
 * Chances, computed with + - * / and square roots only: these are exact to the last bit everywhere (IEEE 754), while
 * engines may differ in the last bits of exponentials and logarithms. Errors stay below 1e-9, which is far below what a
 * plan is refused for.
 */

/** Normal density at the 95th percentile, whose standard score is 1.6448536269514722. */
export const DENSITY_AT_P95 = 0.10313564037537139;

/** Taylor series after halving the argument until it is small. */
export function exponential(x: number): number {
  let halvings = 0;
  while (x > 0.25 || x < -0.25) {
    x /= 2;
    halvings += 1;
  }
  let sum = 1;
  for (let n = 14; n >= 1; n--) sum = 1 + (x * sum) / n;
  for (; halvings > 0; halvings--) sum *= sum;
  return sum;
}

/** Of x > 0: the series of atanh after taking square roots until the argument is near 1. */
export function naturalLog(x: number): number {
  let factor = 2;
  while (x > 1.25 || x < 0.8) {
    x = Math.sqrt(x);
    factor *= 2;
  }
  const t = (x - 1) / (x + 1);
  let sum = 0;
  for (let n = 21; n >= 1; n -= 2) sum = 1 / n + t * t * sum;
  return factor * t * sum;
}

/** Chance that a standard normal variable is above z: Marsaglia's series (2004), 1/2 - density * (z + z^3/3 + z^5/15 + ...). */
export function normalTail(z: number): number {
  // Beyond 8 it is below 1e-15, where the difference from 1/2 has no digits left.
  if (z > 8) return 0;
  if (z < -8) return 1;
  let term = z;
  let sum = z;
  for (let n = 3; n < 400; n += 2) {
    term *= (z * z) / n;
    sum += term;
  }
  return 0.5 - sum * exponential((-z * z) / 2) * 0.3989422804014327;
}

/** Above this mean the normal curve is as good, and powers would underflow. */
const EXACT_MEAN_MAX = 500;

/** Chance of more than `limit` failures among `n`, each with chance `p`. */
export function binomialTail(n: number, p: number, limit: number): number {
  if (limit >= n) return 0;
  if (p <= 0) return 0;
  if (p >= 1) return 1;
  const mean = n * p;
  if (mean > EXACT_MEAN_MAX || limit > 4 * EXACT_MEAN_MAX)
    return normalTail((limit + 0.5 - mean) / Math.sqrt(mean * (1 - p)));
  let term = power(1 - p, n);
  let sum = term;
  for (let k = 1; k <= limit; k++) {
    term *= ((n - k + 1) / k) * (p / (1 - p));
    sum += term;
  }
  return Math.max(0, 1 - sum);
}

/** Chance that at least one of `times` independent trials happens. */
export function atLeastOnce(chance: number, times: number): number {
  return 1 - power(1 - chance, times);
}

/** @param exponent an integer >= 0 */
function power(base: number, exponent: number): number {
  let result = 1;
  for (let left = exponent; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result *= base;
    base *= base;
  }
  return result;
}
