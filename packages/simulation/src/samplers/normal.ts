/** Standard normal numbers, by the polar method (Marsaglia and Bray, SIAM Review 6, 1964): two at a time. */
import { naturalLog } from "@tau-edge/rollout";
import type { Chance } from "../chance.ts";

export function drawNormal(chance: Chance): number {
  const spare = chance.takeSpare();
  if (spare !== undefined) return spare;
  for (;;) {
    const x = 2 * chance.uniform() - 1;
    const y = 2 * chance.uniform() - 1;
    const square = x * x + y * y;
    if (square >= 1 || square === 0) continue;
    const stretch = Math.sqrt((-2 * naturalLog(square)) / square);
    chance.leaveSpare(y * stretch);
    return x * stretch;
  }
}
