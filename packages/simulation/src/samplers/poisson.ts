/** How many arrivals come where so many are expected: exact, by inversion where they are few and by rejection otherwise. */
import { exponential, logFactorial, naturalLog } from "@tau-edge/rollout";
import type { Chance } from "../chance.ts";

const INVERSION_MEAN_MAX = 12;

/** @param mean >= 0 */
export function drawPoisson(chance: Chance, mean: number): number {
  if (mean <= 0) return 0;
  return mean < INVERSION_MEAN_MAX ? byInversion(chance, mean) : byRejection(chance, mean);
}

function byInversion(chance: Chance, mean: number): number {
  let left = chance.uniform();
  let term = exponential(-mean);
  for (let k = 0; ; k++) {
    if (left <= term) return k;
    left -= term;
    term *= mean / (k + 1);
    // What is left is what rounding lost.
    if (term === 0) return k;
  }
}

/** PTRS: transformed rejection with squeeze (W. Hörmann, Insurance: Mathematics and Economics 12, 1993), for mean >= 10. */
function byRejection(chance: Chance, mean: number): number {
  const logMean = naturalLog(mean);
  const b = 0.931 + 2.53 * Math.sqrt(mean);
  const a = -0.059 + 0.02483 * b;
  const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
  const quick = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    const u = chance.uniform() - 0.5;
    const v = chance.uniform();
    const edge = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / edge + b) * u + mean + 0.43);
    if (edge >= 0.07 && v <= quick) return k;
    if (k < 0 || (edge < 0.013 && v > edge)) continue;
    const height = naturalLog((v * inverseAlpha) / (a / (edge * edge) + b));
    if (height <= k * logMean - mean - logFactorial(k)) return k;
  }
}
