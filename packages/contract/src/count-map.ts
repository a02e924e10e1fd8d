/** How often each word occurs, in bounded memory: the words come from files that anybody may have written. */
import { compareUtf8 } from "@tau-edge/encoding";
import { CONTRACT_LIMITS } from "./limits.ts";

/** Sorted by the UTF-8 bytes of the words. */
export type ReadonlyCounts = Readonly<Record<string, number>>;

/** Counts every word that came after too many others; parentheses keep it apart from S1's words. */
export const OTHER_WORDS = "(other)";

export class CountMap {
  readonly #counts = new Map<string, number>();

  add(word: string): void {
    const known = this.#counts.has(word);
    const room = this.#counts.size < CONTRACT_LIMITS.counted_words_max && word.length <= CONTRACT_LIMITS.word_chars_max;
    const key = known || room ? word : OTHER_WORDS;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  counts(): ReadonlyCounts {
    return Object.fromEntries([...this.#counts].sort(([left], [right]) => compareUtf8(left, right)));
  }
}
