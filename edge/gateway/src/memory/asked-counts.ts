/** How often was an object asked for lately? Older questions weigh less, and the number of objects counted is bounded. */
import type { Digest } from "@tau-edge/encoding";

export interface AskedCounts {
  add(digest: Digest): void;
  count(digest: Digest): number;
}

/** @param sumMax when all counts together reach it, all are halved and those of one are forgotten */
export function makeAskedCounts(sumMax: number): AskedCounts {
  const counts = new Map<Digest, number>();
  let sum = 0;
  return {
    add(digest) {
      counts.set(digest, (counts.get(digest) ?? 0) + 1);
      sum += 1;
      if (sum < sumMax) return;
      sum = 0;
      for (const [counted, count] of counts) {
        const half = count >> 1;
        if (half === 0) counts.delete(counted);
        else counts.set(counted, half);
        sum += half;
      }
    },
    count: (digest) => counts.get(digest) ?? 0,
  };
}
