/** How many of the marked ones lie among the first: hypergeometric, one marked one after the other. */
import type { Chance } from "../chance.ts";

/**
 * @param marked of `total`, in places that are all as probable
 * @param first how many places count
 */
export function drawSplit(chance: Chance, marked: number, first: number, total: number): number {
  let found = 0;
  for (let nth = 0; nth < marked; nth++) if (chance.uniform() * (total - nth) < first - found) found += 1;
  return found;
}
