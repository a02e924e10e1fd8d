/** Counts of few among many possible keys, as rows `[key, count]`: ascending by key, no count of 0. */
import { RolloutError } from "../errors.ts";

export type SparseCounts = readonly (readonly [key: number, count: number])[];

/** How often each key occurs. */
export function countKeys(keys: readonly number[]): SparseCounts {
  const counts = new Map<number, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return [...counts].sort(([a], [b]) => a - b);
}

/**
 * Adds row by row. Commutative and associative, because integers below 2^53 are.
 * @throws RolloutError `counter_overflow`
 */
export function addSparse(a: SparseCounts, b: SparseCounts, at: string): SparseCounts {
  if (a.length === 0) return b;
  if (b.length === 0) return a;
  const sum: (readonly [number, number])[] = [];
  let j = 0;
  for (const row of a) {
    const [key, count] = row;
    let other = b[j];
    while (other !== undefined && other[0] < key) {
      sum.push(other);
      other = b[++j];
    }
    if (other !== undefined && other[0] === key) {
      sum.push([key, addCounts(count, other[1], `${at}[${key}]`)]);
      j++;
    } else sum.push(row);
  }
  return sum.concat(b.slice(j));
}

/** @throws RolloutError `counter_overflow` */
export function sumOfCounts(counts: SparseCounts, at: string): number {
  return counts.reduce((sum, [, count]) => addCounts(sum, count, at), 0);
}

/** @throws RolloutError `counter_overflow` */
export function addCounts(a: number, b: number, at: string): number {
  const sum = a + b;
  // Beyond 2^53-1 the sum may be rounded, and then the order of adding would show.
  if (!Number.isSafeInteger(sum)) throw new RolloutError("counter_overflow", at, "The counter would pass 2^53-1");
  return sum;
}
