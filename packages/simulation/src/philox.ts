/**
 * Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011): a block of 128 bits for each
 * counter and key, whatever was drawn before. Integer arithmetic of 32 bits only, so it is the same on every engine.
 */
const ROUNDS = 10;
const MULTIPLIER_A = 0xd2511f53;
const MULTIPLIER_B = 0xcd9e8d57;
const WEYL_A = 0x9e3779b9;
const WEYL_B = 0xbb67ae85;

export type Four = readonly [number, number, number, number];

/** One block, as four unsigned words. */
export function philox4x32(counter: Four, key: readonly [number, number]): Four {
  let [a, b, c, d] = counter;
  let [keyA, keyB] = key;
  for (let round = 0; round < ROUNDS; round++) {
    const nextA = highWord(MULTIPLIER_B, c) ^ b ^ keyA;
    const nextC = highWord(MULTIPLIER_A, a) ^ d ^ keyB;
    b = Math.imul(MULTIPLIER_B, c);
    d = Math.imul(MULTIPLIER_A, a);
    a = nextA;
    c = nextC;
    keyA = (keyA + WEYL_A) | 0;
    keyB = (keyB + WEYL_B) | 0;
  }
  return [a >>> 0, b >>> 0, c >>> 0, d >>> 0];
}

/** Bits 32 to 63 of a product of two words, in halves of 16 bits. */
function highWord(a: number, b: number): number {
  const [lowA, highA, lowB, highB] = [a & 0xffff, a >>> 16, b & 0xffff, b >>> 16];
  const middle = highA * lowB + ((lowA * lowB) >>> 16);
  const rest = lowA * highB + (middle & 0xffff);
  return (highA * highB + (middle >>> 16) + (rest >>> 16)) | 0;
}
