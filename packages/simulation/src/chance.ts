/** The chance of one run: what it draws depends on the seed, on what is tried, and on its own number alone. */
import { philox4x32 } from "./philox.ts";

const WORD = 2 ** 32;
const UNIT = 1 / 2 ** 53;

export class Chance {
  readonly #key: readonly [number, number];
  readonly #trial: number;
  readonly #run: number;
  #block = 0;
  #left = 0;
  #next = 0;
  #spare = 0;
  #hasSpare = false;

  /**
   * @param seed a safe integer >= 0
   * @param trial what is tried, 0 to 2^32 - 1
   * @param run 0 to 2^32 - 1
   */
  constructor(seed: number, trial: number, run: number) {
    this.#key = [seed % WORD, Math.floor(seed / WORD)];
    this.#trial = trial;
    this.#run = run;
  }

  /** In 0 < u < 1, with 53 bits: neither end ever comes, so that a logarithm of it always exists. */
  uniform(): number {
    if (this.#left === 1) {
      this.#left = 0;
      return this.#next;
    }
    const [a, b, c, d] = philox4x32(
      [this.#block % WORD, Math.floor(this.#block / WORD), this.#run, this.#trial],
      this.#key,
    );
    this.#block += 1;
    this.#next = unit(c, d);
    this.#left = 1;
    return unit(a, b);
  }

  /** A number that was drawn together with another one, and is as good as a new one. */
  takeSpare(): number | undefined {
    if (!this.#hasSpare) return undefined;
    this.#hasSpare = false;
    return this.#spare;
  }

  leaveSpare(value: number): void {
    this.#spare = value;
    this.#hasSpare = true;
  }
}

function unit(high: number, low: number): number {
  return ((high >>> 5) * 67_108_864 + (low >>> 6) + 0.5) * UNIT;
}
