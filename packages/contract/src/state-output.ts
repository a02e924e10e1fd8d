/** Bytes on their way into `state.json`: collected into blocks, counted, and hashed for the stamp. */
import { encodeUtf8, type RunningSha256, type StartSha256, toHex } from "@tau-edge/encoding";

/** As much as one write is worth. */
const BLOCK_BYTES = 256 * 1024;
/** A state without rollouts is one block of a few kilobytes. */
const FIRST_BLOCK_BYTES = 4 * 1024;

const EMPTY = new Uint8Array(0);

export class StateOutput {
  readonly #hash: RunningSha256;
  readonly #full: Uint8Array<ArrayBuffer>[] = [];
  #block = new Uint8Array(FIRST_BLOCK_BYTES);
  #length = 0;
  /** The digest is known, and what follows is not in it. */
  #sealed = false;
  #written = 0;

  constructor(start: StartSha256) {
    this.#hash = start();
  }

  get size_bytes(): number {
    return this.#written + this.#length;
  }

  add(bytes: Uint8Array): void {
    if (this.#length + bytes.length > BLOCK_BYTES) this.#flush();
    if (this.#length + bytes.length > this.#block.length) this.#grow(this.#length + bytes.length);
    this.#block.set(bytes, this.#length);
    this.#length += bytes.length;
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
    for (const bytes of [this.#block.subarray(0, this.#length), ...closing]) this.#hash.update(bytes);
    const digest = toHex(this.#hash.digest());
    this.#sealed = true;
    for (const bytes of [encodeUtf8(digest), ...closing]) this.add(bytes);
    yield* this.end();
    return digest;
  }

  /** The last block. */
  *end(): Generator<Uint8Array<ArrayBuffer>, void, undefined> {
    this.#flush();
    yield* this.full();
  }

  #grow(needed_bytes: number): void {
    const usual = this.#written > 0 ? BLOCK_BYTES : Math.min(BLOCK_BYTES, 4 * this.#block.length);
    const larger = new Uint8Array(Math.max(needed_bytes, usual));
    larger.set(this.#block.subarray(0, this.#length));
    this.#block = larger;
  }

  #flush(): void {
    if (this.#length === 0) return;
    if (!this.#sealed) this.#hash.update(this.#block.subarray(0, this.#length));
    this.#full.push(this.#block.subarray(0, this.#length));
    this.#written += this.#length;
    this.#block = EMPTY;
    this.#length = 0;
  }
}
