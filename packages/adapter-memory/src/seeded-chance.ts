/** Chance that can be played again: the nth number of a seed does not depend on what else was drawn. */
import { philox4x32 } from "@tau-edge/simulation";

export { philox4x32 };

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
