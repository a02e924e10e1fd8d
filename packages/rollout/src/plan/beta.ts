/** The beta distribution: what order statistics of uniform numbers have, and what binomial tails are. */
import { exponential, naturalLog } from "./chance.ts";

const HALF_LOG_TWO_PI = 0.9189385332046727;

/** Logarithm of n!, for n >= 0, not only for integers. */
export function logFactorial(n: number): number {
  return (n + 0.5) * naturalLog(n + 1) - (n + 1) + HALF_LOG_TWO_PI + gammaRest(n + 1);
}

/** More than a quarter of a million never come: a fraction of two million observations settles after 3,000. */
const TERMS_MAX = 250_000;
const SETTLED = 1e-15;
const TINY = 1e-300;

/**
 * Chance that a beta variable is at most `x`: the regularised incomplete beta function, by its continued fraction
 * (DLMF 8.17.22), evaluated from the front (Lentz).
 * @param x in 0..1
 * @param a above 0
 * @param b above 0
 */
export function betaCdf(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - betaCdf(1 - x, b, a);
  return (exponential(logWeight(x, a, b)) * fraction(x, a, b)) / a;
}

/** Logarithm of x^a (1-x)^b / B(a, b). Differences of near numbers come first, so that large a and b leave digits. */
function logWeight(x: number, a: number, b: number): number {
  const n = a + b;
  const spread =
    a * naturalLog((x * n) / a) + b * naturalLog(((1 - x) * n) / b) + 0.5 * naturalLog((a * b) / n) - HALF_LOG_TWO_PI;
  return spread + gammaRest(n) - gammaRest(a) - gammaRest(b);
}

/** What Stirling's formula lacks of the logarithm of the gamma function, for x > 0 (DLMF 5.11.1). */
export function gammaRest(x: number): number {
  let rest = 0;
  // The series is exact for large x only; one step up, gamma has a factor x more, and the formula nearly so.
  for (; x < 16; x++) rest += (x + 0.5) * naturalLog((x + 1) / x) - 1;
  const square = x * x;
  return rest + (1 / 12 - (1 / 360 - (1 / 1260 - 1 / (1680 * square)) / square) / square) / x;
}

function fraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let m = 1; m <= TERMS_MAX; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    value *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    const change = d * c;
    value *= change;
    if (change - 1 < SETTLED && 1 - change < SETTLED) break;
  }
  return value;
}

function away(value: number): number {
  return value < TINY && value > -TINY ? TINY : value;
}
