/**
 * Canonical CBOR, read: one pass that checks canonical form while it reads, so that bytes which are accepted are the
 * only bytes of their value (RFC 8949 section 4.2.1, profile D of identity.md 4.4).
 */
import type { CborValue } from "./cbor-value.ts";
import { EncodingError, type EncodingErrorCode } from "./errors.ts";
import { CBOR_DEPTH_MAX, CBOR_SIZE_BYTES_MAX } from "./limits.ts";
import { setOwn } from "./plain.ts";
import { illFormedUtf8At, tryDecodeUtf8 } from "./utf8.ts";

export interface DecodeCborOptions {
  /** Default 16 MiB. */
  readonly size_bytes_max?: number;
}

/**
 * Integers come back as number when safe, else as bigint; maps as plain objects with own keys (`__proto__` included);
 * byte strings as copies.
 *
 * @throws EncodingError `cbor_*`, `at` the byte offset
 */
export function decodeCbor(bytes: Uint8Array, options: DecodeCborOptions = {}): CborValue {
  const sizeMax = options.size_bytes_max ?? CBOR_SIZE_BYTES_MAX;
  if (bytes.length > sizeMax)
    throw fail("cbor_too_large", sizeMax, `${bytes.length} bytes, at most ${sizeMax} are read`);
  // A view of the plain class: `slice` of a subclass (Node's Buffer) may not copy.
  const decoder = new Decoder(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  return decoder.document();
}

/** Below this length a loop over ASCII is faster than a call of TextDecoder. */
const SHORT_TEXT_BYTES = 40;

/**
 * Where the characters of a short text are gathered, by its length. Adding them one by one to a string would leave a
 * chain of its beginnings in memory for as long as the text is kept.
 */
const SHORT_TEXTS: readonly number[][] = Array.from({ length: SHORT_TEXT_BYTES }, (_, length) =>
  new Array<number>(length).fill(0),
);

/** Short ASCII keys seen last, by length and outer bytes; a bounded memory of names, never of values. */
const recentKeys: (string | undefined)[] = new Array(1024);

class Decoder {
  readonly #bytes: Uint8Array;
  #at = 0;
  #depth = 0;
  /** Argument of the last head when it does not fit a safe integer. */
  #large = 0n;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  document(): CborValue {
    const value = this.#item();
    // RFC 8949 section 5.1.
    if (this.#at < this.#bytes.length) throw fail("cbor_trailing", this.#at, "Bytes after the item");
    return value;
  }

  #item(): CborValue {
    const start = this.#at;
    const initial = this.#byte();
    switch (initial >> 5) {
      case 0: {
        const argument = this.#argument(initial, start);
        return argument >= 0 ? argument : this.#large;
      }
      case 1:
        return this.#negative(this.#argument(initial, start), start);
      case 2: {
        const end = this.#span(this.#argument(initial, start), start);
        const value = this.#bytes.slice(this.#at, end);
        this.#at = end;
        return value;
      }
      case 3:
        return this.#text(initial, start);
      case 4:
        return this.#array(initial, start);
      case 5:
        return this.#map(initial, start);
      case 6:
        throw fail("cbor_type_forbidden", start, "A tag");
      default:
        return simple(initial, start);
    }
  }

  #byte(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw fail("cbor_truncated", this.#at, "The bytes end inside an item");
    this.#at++;
    return byte;
  }

  /** The argument of a head (RFC 8949 section 3); -1 when it is beyond 2^53-1 and stands in `#large`. */
  #argument(initial: number, start: number): number {
    const info = initial & 31;
    if (info < 24) return info;
    // RFC 8949 section 4.2.1: each length only for what does not fit the shorter one.
    if (info === 24) {
      const value = this.#byte();
      return value >= 24 ? value : notShortest(start);
    }
    if (info === 25) {
      const value = this.#byte() * 0x100 + this.#byte();
      return value >= 0x100 ? value : notShortest(start);
    }
    if (info === 26) {
      const value = this.#word();
      return value >= 0x10000 ? value : notShortest(start);
    }
    if (info === 27) {
      const high = this.#word();
      const low = this.#word();
      if (high === 0) return notShortest(start);
      if (high < 0x200000) return high * 0x100000000 + low;
      this.#large = (BigInt(high) << 32n) | BigInt(low);
      return -1;
    }
    const major = initial >> 5;
    if (info === 31 && major >= 2 && major <= 5) throw fail("cbor_indefinite", start, "An indefinite length");
    throw fail("cbor_reserved", start, `Additional information ${info}`);
  }

  #word(): number {
    return this.#byte() * 0x1000000 + ((this.#byte() << 16) | (this.#byte() << 8) | this.#byte());
  }

  #negative(argument: number, start: number): number | bigint {
    if (argument >= 0 && argument < Number.MAX_SAFE_INTEGER) return -1 - argument;
    const value = -1n - (argument < 0 ? this.#large : BigInt(argument));
    if (value < -0x8000000000000000n) throw fail("cbor_int_range", start, "An integer below -2^63");
    return value;
  }

  /** The end of `length` bytes from here, checked before anything is allocated. */
  #span(length: number, start: number): number {
    if (length < 0 || length > this.#bytes.length - this.#at)
      throw fail("cbor_truncated", start, "A length runs past the end");
    return this.#at + length;
  }

  #text(initial: number, start: number): string {
    const end = this.#span(this.#argument(initial, start), start);
    const from = this.#at;
    this.#at = end;
    const codes = SHORT_TEXTS[end - from];
    if (codes !== undefined) {
      let i = 0;
      for (; i < codes.length; i++) {
        const byte = this.#bytes[from + i] ?? 0x80;
        if (byte >= 0x80) break;
        codes[i] = byte;
      }
      if (i === codes.length) return String.fromCharCode.apply(null, codes);
    }
    const part = this.#bytes.subarray(from, end);
    const text = tryDecodeUtf8(part);
    if (text === undefined) throw fail("cbor_utf8", from + illFormedUtf8At(part), "Ill-formed UTF-8");
    return text;
  }

  /** Text too, but one that comes again and again: the same few keys stand in every record. */
  #key(initial: number, start: number): string {
    const info = initial & 31;
    const from = this.#at;
    if (info < 24 && info > 0 && from + info <= this.#bytes.length) {
      const slot = (info * 32 + ((this.#bytes[from] ?? 0) & 31)) ^ ((this.#bytes[from + info - 1] ?? 0) & 31);
      const known = recentKeys[slot];
      if (known !== undefined && this.#isAscii(known, from, info)) {
        this.#at = from + info;
        return known;
      }
      const key = this.#text(initial, start);
      if (key.length === info) recentKeys[slot] = key;
      return key;
    }
    return this.#text(initial, start);
  }

  /** Whether the `length` bytes from here are this text, which is ASCII as it has as many characters as bytes. */
  #isAscii(text: string, from: number, length: number): boolean {
    if (text.length !== length) return false;
    for (let i = 0; i < length; i++) if (text.charCodeAt(i) !== this.#bytes[from + i]) return false;
    return true;
  }

  #array(initial: number, start: number): CborValue {
    const count = this.#argument(initial, start);
    // Each item takes at least one byte.
    this.#span(count, start);
    this.#enter(start);
    const items: CborValue[] = [];
    for (let i = 0; i < count; i++) items.push(this.#item());
    this.#depth--;
    return items;
  }

  #map(initial: number, start: number): CborValue {
    const count = this.#argument(initial, start);
    // Each entry takes at least two bytes.
    this.#span(count * 2, start);
    this.#enter(start);
    const map: Record<string, CborValue> = {};
    let previousStart = -1;
    let previousEnd = -1;
    for (let i = 0; i < count; i++) {
      const keyStart = this.#at;
      const keyInitial = this.#byte();
      if (keyInitial >> 5 !== 3) throw fail("cbor_key_type", keyStart, "A map key that is not text");
      const key = this.#key(keyInitial, keyStart);
      if (previousStart >= 0) this.#checkOrder(previousStart, previousEnd, keyStart);
      previousStart = keyStart;
      previousEnd = this.#at;
      setOwn(map, key, this.#item());
    }
    this.#depth--;
    return map;
  }

  #enter(start: number): void {
    if (this.#depth >= CBOR_DEPTH_MAX) throw fail("cbor_too_deep", start, `More than ${CBOR_DEPTH_MAX} levels`);
    this.#depth++;
  }

  /** RFC 8949 section 4.2.1: encoded keys in bytewise order; equal ones are duplicates (section 5.6). */
  #checkOrder(previousStart: number, previousEnd: number, start: number): void {
    const bytes = this.#bytes;
    const length = Math.min(previousEnd - previousStart, this.#at - start);
    for (let i = 0; i < length; i++) {
      const difference = (bytes[start + i] ?? 0) - (bytes[previousStart + i] ?? 0);
      if (difference > 0) return;
      if (difference < 0) throw fail("cbor_map_order", start, "A map key out of order");
    }
    // Encoded keys are prefix-free, so here they are equal.
    throw fail("cbor_duplicate_key", start, "A map key stands twice");
  }
}

/** RFC 8949 section 3.3; of the simple values our profile has false, true and null. */
function simple(initial: number, start: number): boolean | null {
  if (initial === 0xf4) return false;
  if (initial === 0xf5) return true;
  if (initial === 0xf6) return null;
  const info = initial & 31;
  if (info === 31) throw fail("cbor_indefinite", start, "A break outside an item of indefinite length");
  if (info >= 28) throw fail("cbor_reserved", start, `Additional information ${info}`);
  throw fail("cbor_type_forbidden", start, info >= 25 ? "A float" : "A simple value");
}

function notShortest(start: number): never {
  throw fail("cbor_not_shortest", start, "A head that is longer than needed");
}

function fail(code: EncodingErrorCode, at: number, detail: string): EncodingError {
  return new EncodingError(code, at, detail);
}
