/** Much to do, but not all at once. */

/** Nothing is still running when this ends. @throws what failed first, when the others are done */
export async function atMost<T>(count: number, items: Iterable<T>, work: (item: T) => Promise<void>): Promise<void> {
  const rest = items[Symbol.iterator]();
  const one = async (): Promise<void> => {
    for (let next = rest.next(); !next.done; next = rest.next()) await work(next.value);
  };
  for (const outcome of await Promise.allSettled(Array.from({ length: count }, one)))
    if (outcome.status === "rejected") throw outcome.reason;
}
