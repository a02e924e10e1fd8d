/**
 * `state.json` cut into pieces of which none is lost: what stands before a value (commas, keys, white space), and the
 * value. Written one after the other, they are the file again, byte for byte.
 */
import { EncodingError, type JsonScanEvent, JsonScanner, type JsonScanOptions } from "@tau-edge/encoding";

/**
 * Between an `array` and its first element, or its end, stands the bracket, which is in no piece; nor is the one that
 * `array_end` stands for. `at` is the byte offset of the value.
 */
export type StatePiece =
  | {
      readonly kind: "member";
      readonly key: string;
      readonly before: Uint8Array;
      readonly raw: Uint8Array;
      readonly at: number;
    }
  | { readonly kind: "array"; readonly key: string; readonly before: Uint8Array; readonly at: number }
  | {
      readonly kind: "element";
      readonly key: string;
      readonly index: number;
      readonly before: Uint8Array;
      readonly raw: Uint8Array;
      readonly at: number;
    }
  | { readonly kind: "array_end"; readonly key: string; readonly before: Uint8Array };

/** White space and one key; more of it has no use, and would have to be held. */
const BETWEEN_VALUES_BYTES_MAX = 1024 * 1024;
const CLOSING_BRACKET = 0x5d;

export class StateScan {
  readonly #scanner: JsonScanner;
  readonly #held_bytes_max: number;
  /** What was pushed and is in no piece yet. */
  #held: Uint8Array = new Uint8Array(0);
  /** Offset of `#held` in the document. */
  #offset = 0;

  constructor(options: JsonScanOptions) {
    this.#scanner = new JsonScanner(options);
    this.#held_bytes_max = options.value_bytes_max + BETWEEN_VALUES_BYTES_MAX;
  }

  /**
   * The pieces that this chunk completes. They hold until the next chunk is pushed, or the owner of this one writes to it.
   * @throws EncodingError what `JsonScanner` throws
   */
  *push(chunk: Uint8Array): Generator<StatePiece, void, undefined> {
    const bytes = joined(this.#held, chunk);
    let taken = 0;
    for (const event of this.#scanner.push(chunk)) {
      const piece = this.#piece(event, bytes, taken);
      taken += piece.length;
      yield piece.value;
    }
    if (bytes.length - taken > this.#held_bytes_max)
      throw new EncodingError("json_too_large", this.#offset + taken, "Too much white space between two values");
    this.#offset += taken;
    // A copy: the owner of the chunk may fill it again.
    this.#held = bytes.slice(taken);
  }

  /**
   * @returns what stands behind the last piece: the closing brace, and the opening one too where there is no member
   * @throws EncodingError `json_syntax`
   */
  end(): Uint8Array {
    this.#scanner.end();
    return this.#held;
  }

  #piece(
    event: JsonScanEvent,
    bytes: Uint8Array,
    taken: number,
  ): { readonly value: StatePiece; readonly length: number } {
    const { kind, key } = event;
    if (kind === "array_end") {
      const end = bytes.indexOf(CLOSING_BRACKET, taken);
      return { value: { kind, key, before: bytes.subarray(taken, end) }, length: end + 1 - taken };
    }
    const start = event.at - this.#offset;
    const before = bytes.subarray(taken, start);
    if (kind === "array") return { value: { kind, key, before, at: event.at }, length: before.length + 1 };
    return { value: { ...event, before }, length: before.length + event.raw.length };
  }
}

function joined(left: Uint8Array, right: Uint8Array): Uint8Array {
  if (left.length === 0) return right;
  const bytes = new Uint8Array(left.length + right.length);
  bytes.set(left);
  bytes.set(right, left.length);
  return bytes;
}
