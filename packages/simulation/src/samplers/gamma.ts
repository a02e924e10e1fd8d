/** Gamma and beta numbers: when the nth of random arrivals comes, and where the nth of sorted ones lies. */
import { naturalLog } from "@tau-edge/rollout";
import type { Chance } from "../chance.ts";
import { drawNormal } from "./normal.ts";

/**
 * Of scale 1 (Marsaglia and Tsang, "A simple method for generating gamma variables", ACM TOMS 26, 2000).
 * @param shape at least 1
 */
export function drawGamma(chance: Chance, shape: number): number {
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = drawNormal(chance);
    const root = 1 + c * x;
    if (root <= 0) continue;
    const v = root * root * root;
    const u = chance.uniform();
    if (u < 1 - 0.0331 * x * x * x * x) return d * v;
    if (naturalLog(u) < 0.5 * x * x + d - d * v + d * naturalLog(v)) return d * v;
  }
}

/** A number in 0..1 and its complement: each is exact where it is small. */
export interface Share {
  readonly below: number;
  readonly above: number;
}

/** @param a at least 1 @param b at least 1 */
export function drawBeta(chance: Chance, a: number, b: number): Share {
  const x = drawGamma(chance, a);
  const y = drawGamma(chance, b);
  return { below: x / (x + y), above: y / (x + y) };
}
