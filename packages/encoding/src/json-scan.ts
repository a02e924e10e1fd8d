/**
 * A JSON object that is too large to hold: its members one at a time, and of named arrays their elements one at a time.
 *
 * The scanner finds where values begin and end and checks the structure around them (RFC 8259 sections 2 and 4, RFC 7493
 * section 2.3). Inside a value it checks nothing: whoever takes an event reads its `raw` with `readJson`. Memory is one
 * value and the names of the top-level keys.
 */
import { EncodingError, type EncodingErrorCode } from "./errors.ts";
import { GrowingBytes } from "./growing-bytes.ts";
import { readJson } from "./json-read.ts";
import { isJsonSpace, JsonValueEnd } from "./json-value-end.ts";
import { JSON_SCAN_KEYS_BYTES_MAX } from "./limits.ts";

export interface JsonScanOptions {
  /** Top-level keys whose arrays come element by element. */
  readonly arrays: readonly string[];
  /** Of one member, element or key. */
  readonly value_bytes_max: number;
  readonly document_bytes_max: number;
}

/**
 * `at` is the byte offset of the value in the document. `raw` may be a part of the chunk that was pushed, so it holds
 * until the owner of that chunk writes to it again.
 */
export type JsonScanEvent =
  | { readonly kind: "member"; readonly key: string; readonly raw: Uint8Array; readonly at: number }
  /** A named array begins. */
  | { readonly kind: "array"; readonly key: string; readonly at: number }
  | {
      readonly kind: "element";
      readonly key: string;
      readonly index: number;
      readonly raw: Uint8Array;
      readonly at: number;
    }
  | { readonly kind: "array_end"; readonly key: string };

type Expected =
  | "object"
  | "key_or_end"
  | "key"
  | "colon"
  | "value"
  | "comma_or_end"
  | "element_or_end"
  | "element"
  | "element_comma_or_end"
  | "nothing";

interface OpenValue {
  readonly at: number;
  readonly end: JsonValueEnd;
}

const COMMA = 0x2c;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

export class JsonScanner {
  readonly #options: JsonScanOptions;
  readonly #keys = new Set<string>();
  readonly #pending = new GrowingBytes();
  #keysBytes = 0;
  #expected: Expected = "object";
  #key = "";
  #index = 0;
  #open: OpenValue | undefined;
  /** Bytes of the document before the current chunk. */
  #offset = 0;
  #markBytes = 0;
  /** Whether every event of the last chunk was taken. */
  #isTaken = true;

  constructor(options: JsonScanOptions) {
    this.#options = options;
  }

  /**
   * The events that this chunk completes; they must be taken to the end before the next chunk is pushed.
   * @throws EncodingError `json_bom`, `json_syntax`, `json_duplicate_key`, `json_too_large`, what `readJson` says of a key
   */
  push(chunk: Uint8Array): Generator<JsonScanEvent, void, undefined> {
    this.#checkTaken();
    this.#isTaken = false;
    return this.#events(chunk);
  }

  *#events(chunk: Uint8Array): Generator<JsonScanEvent, void, undefined> {
    if (this.#offset + chunk.length > this.#options.document_bytes_max)
      throw this.#tooLarge(this.#options.document_bytes_max, this.#options.document_bytes_max);
    let at = 0;
    while (at < chunk.length) {
      if (this.#open !== undefined) {
        const end = this.#open.end.find(chunk, at);
        const raw = this.#take(this.#open, chunk, at, end);
        if (raw === undefined) break;
        at = end;
        const event = this.#closeValue(this.#open.at, raw);
        this.#open = undefined;
        if (event !== undefined) yield event;
        continue;
      }
      const byte = chunk[at] ?? 0;
      if (isJsonSpace(byte)) {
        at++;
        continue;
      }
      const event = this.#structure(byte, this.#offset + at);
      // The first byte of a value is looked at again, as part of it.
      if (this.#open === undefined) at++;
      if (event !== undefined) yield event;
    }
    this.#offset += chunk.length;
    this.#isTaken = true;
  }

  /** @throws EncodingError `json_syntax` when the object is not closed yet */
  end(): void {
    this.#checkTaken();
    if (this.#expected !== "nothing") throw this.#error("json_syntax", this.#offset, "The text ends inside the object");
  }

  /** What is left of a chunk would be missing without a trace. */
  #checkTaken(): void {
    if (!this.#isTaken) throw new TypeError("the events of the chunk before were not taken to the end");
  }

  /** The bytes of the value when it ends in this chunk; otherwise they are kept. */
  #take(value: OpenValue, chunk: Uint8Array, from: number, end: number): Uint8Array | undefined {
    const piece = chunk.subarray(from, end < 0 ? chunk.length : end);
    if (this.#pending.length + piece.length > this.#options.value_bytes_max)
      throw this.#tooLarge(value.at, this.#options.value_bytes_max);
    if (end >= 0 && this.#pending.length === 0) return piece;
    this.#pending.add(piece);
    return end < 0 ? undefined : this.#pending.take();
  }

  #structure(byte: number, at: number): JsonScanEvent | undefined {
    switch (this.#expected) {
      case "object":
        return this.#opening(byte, at);
      case "key_or_end":
        if (byte === 0x7d) return this.#goOn("nothing");
        return this.#openKey(byte, at);
      case "key":
        return this.#openKey(byte, at);
      case "colon":
        if (byte !== 0x3a) throw this.#error("json_syntax", at, "Expected a colon");
        return this.#goOn("value");
      case "value":
        return byte === 0x5b && this.#options.arrays.includes(this.#key)
          ? this.#openArray(at)
          : this.#openValue(byte, at);
      case "comma_or_end":
        if (byte === 0x7d) return this.#goOn("nothing");
        return this.#comma(byte, at, "key");
      case "element_or_end":
        return byte === 0x5d ? this.#closeArray() : this.#openValue(byte, at);
      case "element":
        return this.#openValue(byte, at);
      case "element_comma_or_end":
        return byte === 0x5d ? this.#closeArray() : this.#comma(byte, at, "element");
      case "nothing":
        throw this.#error("json_syntax", at, "Text after the value");
    }
  }

  #opening(byte: number, at: number): undefined {
    if (byte === 0x7b && this.#markBytes === 0) return this.#goOn("key_or_end");
    if (at !== this.#markBytes || byte !== BYTE_ORDER_MARK[at])
      throw this.#error("json_syntax", at, "Expected an object");
    this.#markBytes++;
    if (this.#markBytes === BYTE_ORDER_MARK.length)
      throw this.#error("json_bom", 0, "The text starts with a byte order mark");
  }

  #openKey(byte: number, at: number): undefined {
    if (byte !== 0x22) throw this.#error("json_syntax", at, "Expected a key in quotes");
    this.#expected = "key";
    this.#open = { at, end: new JsonValueEnd(byte) };
  }

  #openValue(byte: number, at: number): undefined {
    if (byte === COMMA || byte === 0x5d || byte === 0x7d) throw this.#error("json_syntax", at, "Expected a value");
    this.#open = { at, end: new JsonValueEnd(byte) };
  }

  #openArray(at: number): JsonScanEvent {
    this.#index = 0;
    this.#expected = "element_or_end";
    return { kind: "array", key: this.#key, at };
  }

  #closeArray(): JsonScanEvent {
    this.#expected = "comma_or_end";
    return { kind: "array_end", key: this.#key };
  }

  #closeValue(at: number, raw: Uint8Array): JsonScanEvent | undefined {
    if (this.#expected === "key") return this.#closeKey(at, raw);
    if (this.#expected === "value") {
      this.#expected = "comma_or_end";
      return { kind: "member", key: this.#key, raw, at };
    }
    this.#expected = "element_comma_or_end";
    return { kind: "element", key: this.#key, index: this.#index++, raw, at };
  }

  #closeKey(at: number, raw: Uint8Array): undefined {
    this.#keysBytes += raw.length;
    if (this.#keysBytes > JSON_SCAN_KEYS_BYTES_MAX) throw this.#tooLarge(at, JSON_SCAN_KEYS_BYTES_MAX);
    const key = readKey(raw, at);
    if (this.#keys.has(key)) throw this.#error("json_duplicate_key", at, "The key stands twice");
    this.#keys.add(key);
    this.#key = key;
    this.#expected = "colon";
  }

  #comma(byte: number, at: number, next: Expected): undefined {
    if (byte !== COMMA) throw this.#error("json_syntax", at, "Expected a comma or the end");
    return this.#goOn(next);
  }

  #goOn(expected: Expected): undefined {
    this.#expected = expected;
  }

  #tooLarge(at: number, max: number): EncodingError {
    return this.#error("json_too_large", at, `At most ${max} bytes are read`);
  }

  #error(code: EncodingErrorCode, at: number, detail: string): EncodingError {
    return new EncodingError(code, at, detail);
  }
}

function readKey(raw: Uint8Array, at: number): string {
  try {
    const key = readJson(raw, { size_bytes_max: raw.length });
    if (typeof key === "string") return key;
  } catch (error) {
    throw error instanceof EncodingError ? error.movedBy(at) : error;
  }
  throw new TypeError("a value that starts with a quote is a string");
}
