/** Finds where a JSON value ends, over any number of chunks, without reading what it says. */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * A string ends after its quote, an array or object with the bracket that takes the depth back to zero, anything else
 * before the first byte that cannot belong to a number or a word. Brackets are counted, not matched: `[}` is one value,
 * and whoever reads it refuses it.
 */
export class JsonValueEnd {
  readonly #scalar: boolean;
  #depth = 0;
  #inString = false;
  #escaped = false;

  /** @param first the first byte of the value, which is then the first that `find` is given */
  constructor(first: number) {
    this.#scalar = first !== QUOTE && !isOpening(first);
  }

  /** @returns the index after the value's last byte, or -1 when the value goes on beyond the chunk */
  find(chunk: Uint8Array, from: number): number {
    return this.#scalar ? scalarEnd(chunk, from) : this.#enclosedEnd(chunk, from);
  }

  #enclosedEnd(chunk: Uint8Array, from: number): number {
    let at = from;
    while (at < chunk.length) {
      if (this.#inString) {
        at = this.#stringEnd(chunk, at);
        if (at < 0) return -1;
        this.#inString = false;
        if (this.#depth === 0) return at;
        continue;
      }
      const byte = chunk[at] ?? 0;
      at++;
      if (byte === QUOTE) this.#inString = true;
      else if (isOpening(byte)) this.#depth++;
      else if (isClosing(byte) && --this.#depth === 0) return at;
    }
    return -1;
  }

  /** @returns the index after the closing quote, or -1 */
  #stringEnd(chunk: Uint8Array, from: number): number {
    for (let at = from; at < chunk.length; at++) {
      if (this.#escaped) {
        this.#escaped = false;
        continue;
      }
      const byte = chunk[at];
      if (byte === QUOTE) return at + 1;
      this.#escaped = byte === BACKSLASH;
    }
    return -1;
  }
}

function scalarEnd(chunk: Uint8Array, from: number): number {
  for (let at = from; at < chunk.length; at++) {
    const byte = chunk[at] ?? 0;
    if (byte === 0x2c || isClosing(byte) || isJsonSpace(byte)) return at;
  }
  return -1;
}

/** RFC 8259 section 2. */
export function isJsonSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function isOpening(byte: number): boolean {
  return byte === 0x7b || byte === 0x5b;
}

function isClosing(byte: number): boolean {
  return byte === 0x7d || byte === 0x5d;
}
