/** A file that passes by, cut into pieces of one size. */
import { IMPORT_PIECE_BYTES } from "../limits.ts";

export class Pieces {
  readonly #take: (bytes: Uint8Array) => Promise<void>;
  #piece = new Uint8Array(0);
  #length = 0;

  /** @param take is given each piece, whose bytes are its own */
  constructor(take: (bytes: Uint8Array) => Promise<void>) {
    this.#take = take;
  }

  async add(chunk: Uint8Array): Promise<void> {
    for (let at = 0; at < chunk.length; ) {
      const part = chunk.subarray(at, at + IMPORT_PIECE_BYTES - this.#length);
      this.#append(part);
      at += part.length;
      if (this.#length === IMPORT_PIECE_BYTES) await this.#cut();
    }
  }

  /** The last one is shorter. */
  async end(): Promise<void> {
    if (this.#length > 0) await this.#cut();
  }

  #append(part: Uint8Array): void {
    const length = this.#length + part.length;
    if (length > this.#piece.length) {
      const larger = new Uint8Array(Math.min(IMPORT_PIECE_BYTES, Math.max(length, 2 * this.#piece.length)));
      larger.set(this.#piece.subarray(0, this.#length));
      this.#piece = larger;
    }
    this.#piece.set(part, this.#length);
    this.#length = length;
  }

  async #cut(): Promise<void> {
    const bytes = this.#piece.slice(0, this.#length);
    this.#length = 0;
    await this.#take(bytes);
  }
}
