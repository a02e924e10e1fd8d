/**
 * Chances, computed with + - * / and square roots only: these are exact to the last bit everywhere (IEEE 754), while
 * engines may differ in the last bits of exponentials and logarithms. Errors stay below 1e-9, which is far below what a
 * plan is refused for.
 */

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

/** @param exponent an integer >= 0 */
export function power(base: number, exponent: number): number {
  let result = 1;
  for (let left = exponent; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result *= base;
    base *= base;
  }
  return result;
}
