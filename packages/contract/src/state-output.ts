/** Bytes on their way into `state.json`: collected into blocks, counted, and hashed for the stamp. */
import { encodeUtf8, type StartSha256 } from "@tau-edge/encoding";
import { BlockHash } from "./state-digests.ts";

/** As much as one write is worth; a state without rollouts is one block. */
const BLOCK_BYTES = 256 * 1024;

export class StateOutput {
  readonly #hash: BlockHash;
  readonly #full: Uint8Array<ArrayBuffer>[] = [];
  #block = new Uint8Array(4 * 1024);
  #length = 0;
  #written = 0;

  constructor(start: StartSha256) {
    this.#hash = new BlockHash(start());
  }

  get size_bytes(): number {
    return this.#written + this.#length;
  }

  add(bytes: Uint8Array): void {
    this.#hash.add(bytes);
    this.#collect(bytes);
  }

  addText(text: string): void {
    this.add(encodeUtf8(text));
  }

  /** The blocks that are full. */
  *full(): Generator<Uint8Array<ArrayBuffer>, void, undefined> {
    for (let block = this.#full.shift(); block !== undefined; block = this.#full.shift()) yield block;
  }

  /**
   * The last block, in which the digest of everything but itself stands before `closing`.
   * @returns the digest, 64 hex digits
   */
  *seal(closing: readonly Uint8Array[]): Generator<Uint8Array<ArrayBuffer>, string, undefined> {
    for (const bytes of closing) this.#hash.add(bytes);
    const digest = this.#hash.digest();
    this.#collect(encodeUtf8(digest));
    for (const bytes of closing) this.#collect(bytes);
    yield* this.#all();
    return digest;
  }

  /** The last block of a file without a stamp. */
  *end(): Generator<Uint8Array<ArrayBuffer>, void, undefined> {
    yield* this.#all();
  }

  *#all(): Generator<Uint8Array<ArrayBuffer>, void, undefined> {
    this.#flush();
    yield* this.full();
  }

  #collect(bytes: Uint8Array): void {
    if (this.#length + bytes.length > BLOCK_BYTES) this.#flush();
    if (this.#length + bytes.length > this.#block.length) this.#grow(this.#length + bytes.length);
    this.#block.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  #grow(needed_bytes: number): void {
    const larger = new Uint8Array(Math.max(needed_bytes, Math.min(BLOCK_BYTES, 4 * this.#block.length)));
    larger.set(this.#block.subarray(0, this.#length));
    this.#block = larger;
  }

  #flush(): void {
    if (this.#length === 0) return;
    this.#full.push(this.#block.subarray(0, this.#length));
    this.#written += this.#length;
    this.#block = new Uint8Array(BLOCK_BYTES);
    this.#length = 0;
  }
}
