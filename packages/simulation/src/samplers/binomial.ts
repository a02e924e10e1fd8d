/** How many of so many happen: exact, by inversion where few do and by rejection where many do; never the normal curve. */
import { gammaRest, naturalLog, power } from "@tau-edge/rollout";
import type { Chance } from "../chance.ts";

/** Below it, adding up from 0 is faster than a rejection, and nothing underflows. */
const INVERSION_MEAN_MAX = 12;

/**
 * @param n an integer >= 0
 * @param p in 0..1
 */
export function drawBinomial(chance: Chance, n: number, p: number): number {
  if (n <= 0 || p <= 0) return 0;
  if (p >= 1) return n;
  if (p > 0.5) return n - drawBinomial(chance, n, 1 - p);
  return n * p < INVERSION_MEAN_MAX ? byInversion(chance, n, p) : byRejection(chance, n, p);
}

function byInversion(chance: Chance, n: number, p: number): number {
  const odds = p / (1 - p);
  let left = chance.uniform();
  let term = power(1 - p, n);
  for (let k = 0; k < n; k++) {
    if (left <= term) return k;
    left -= term;
    term *= ((n - k) / (k + 1)) * odds;
    // What is left is what rounding lost.
    if (term === 0) return k;
  }
  return n;
}

/** BTRS: transformed rejection with squeeze (W. Hörmann, J. Statist. Comput. Simul. 46, 1993), for n p >= 10, p <= 1/2. */
function byRejection(chance: Chance, n: number, p: number): number {
  const odds = p / (1 - p);
  const deviation = Math.sqrt(n * p * (1 - p));
  const b = 1.15 + 2.53 * deviation;
  const a = -0.0873 + 0.0248 * b + 0.01 * p;
  const centre = n * p + 0.5;
  const alpha = (2.83 + 5.1 / b) * deviation;
  const quick = 0.92 - 4.2 / b;
  const mode = Math.floor((n + 1) * p);
  for (;;) {
    const u = chance.uniform() - 0.5;
    const v = chance.uniform();
    const edge = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / edge + b) * u + centre);
    if (edge >= 0.07 && v <= quick) return k;
    if (k < 0 || k > n) continue;
    const height = naturalLog((v * alpha) / (a / (edge * edge) + b));
    if (height <= logRatio(n, odds, mode, k)) return k;
  }
}

/** Logarithm of P(k) / P(mode): in quotients of near numbers, so that large ones leave digits. */
function logRatio(n: number, odds: number, mode: number, k: number): number {
  return (
    (mode + 0.5) * naturalLog((mode + 1) / (odds * (n - mode + 1))) +
    (n + 1) * naturalLog((n - mode + 1) / (n - k + 1)) +
    (k + 0.5) * naturalLog((odds * (n - k + 1)) / (k + 1)) +
    gammaRest(mode + 1) +
    gammaRest(n - mode + 1) -
    gammaRest(k + 1) -
    gammaRest(n - k + 1)
  );
}
