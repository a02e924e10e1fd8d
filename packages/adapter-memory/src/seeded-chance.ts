/**
 * Chance that can be played again: Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3",
 * SC 2011). Counter based: the nth number of a seed does not depend on what was drawn before.
 */
const MULTIPLIERS = [0xd2511f53, 0xcd9e8d57] as const;
const WEYL = [0x9e3779b9, 0xbb67ae85] as const;
const ROUNDS = 10;

type Four = readonly [number, number, number, number];

/** One block of 128 bits, as four words. */
export function philox4x32(counter: Four, key: readonly [number, number]): Four {
  let [a, b, c, d] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < ROUNDS; round++) {
    const first = BigInt(MULTIPLIERS[0]) * BigInt(a >>> 0);
    const second = BigInt(MULTIPLIERS[1]) * BigInt(c >>> 0);
    a = (high(second) ^ b ^ k0) >>> 0;
    b = low(second);
    c = (high(first) ^ d ^ k1) >>> 0;
    d = low(first);
    k0 = (k0 + WEYL[0]) >>> 0;
    k1 = (k1 + WEYL[1]) >>> 0;
  }
  return [a, b, c, d];
}

function high(product: bigint): number {
  return Number(product >> 32n);
}

function low(product: bigint): number {
  return Number(product & 0xffffffffn);
}

/** Draws from one seed, in order. */
export class SeededChance {
  readonly seed: number;
  #block = 0;
  #words: number[] = [];

  /** @param seed a safe integer >= 0; print it when a test fails */
  constructor(seed: number) {
    if (!Number.isSafeInteger(seed) || seed < 0) throw new RangeError("a seed is a safe integer >= 0");
    this.seed = seed;
  }

  /** Uniform in 0 .. 2^32 - 1. */
  uint32(): number {
    const word = this.#words.shift();
    if (word !== undefined) return word;
    const key = [this.seed % 2 ** 32, Math.floor(this.seed / 2 ** 32)] as const;
    const [first, ...rest] = philox4x32([this.#block % 2 ** 32, Math.floor(this.#block / 2 ** 32), 0, 0], key);
    this.#block += 1;
    this.#words = rest;
    return first;
  }

  /** Uniform in 0 .. below - 1, without the bias of a remainder. */
  below(below: number): number {
    if (!Number.isInteger(below) || below < 1 || below > 2 ** 32) throw new RangeError("below is in 1 .. 2^32");
    const limit = 2 ** 32 - (2 ** 32 % below);
    let word = this.uint32();
    while (word >= limit) word = this.uint32();
    return word % below;
  }

  /** One of the items. */
  pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new RangeError("nothing to pick from");
    return item;
  }
}
