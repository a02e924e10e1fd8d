/**
 * For requests that wait: a promise alone lets only other promises go first, and a ledger of this machine answers at once, so
 * that nobody else would be answered until a long stream is read.
 */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
