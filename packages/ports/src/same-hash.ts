/**
 * Whether two hashes are the same, in a time that depends on their length alone: whoever may ask often must not learn
 * how far a guess agrees.
 */
export function sameHash(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let differing = 0;
  for (const [at, byte] of a.entries()) differing |= byte ^ (b[at] ?? 0);
  return differing === 0;
}
