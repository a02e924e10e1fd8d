/** Canonical CBOR, written: RFC 8949 section 4.2.1 over the values of profile D. */
import { type CborValue, INT_MAX, INT_MIN } from "./cbor-value.ts";
import { EncodingError } from "./errors.ts";
import { CBOR_DEPTH_MAX, CBOR_SIZE_BYTES_MAX } from "./limits.ts";
import { formatPath, isDenseArray, isPlainObject } from "./plain.ts";
import { compareUtf8, utf8Length } from "./utf8.ts";

/**
 * Shortest heads, definite lengths, map keys in the order of their encoded bytes. -0 is written as 0.
 *
 * @throws EncodingError `cbor_not_encodable`, `cbor_int_range`, `cbor_too_deep`, `cbor_too_large`, `at` a JSON path
 */
export function encodeCbor(value: CborValue): Uint8Array<ArrayBuffer> {
  const writer = new Writer();
  writeItem(writer, value, []);
  return writer.bytes();
}

type Path = (string | number)[];

const textEncoder = new TextEncoder();

class Writer {
  #buffer = new Uint8Array(256);
  #length = 0;

  bytes(): Uint8Array<ArrayBuffer> {
    if (this.#length > CBOR_SIZE_BYTES_MAX) throw tooLarge();
    return this.#buffer.slice(0, this.#length);
  }

  /** RFC 8949 section 3, in the shortest form (section 4.2.1). `argument` is a safe integer >= 0. */
  head(major: number, argument: number): void {
    this.#reserve(9);
    const type = major << 5;
    if (argument < 24) this.#byte(type | argument);
    else if (argument < 0x100) {
      this.#byte(type | 24);
      this.#byte(argument);
    } else if (argument < 0x10000) {
      this.#byte(type | 25);
      this.#byte(argument >>> 8);
      this.#byte(argument);
    } else if (argument < 0x100000000) {
      this.#byte(type | 26);
      this.#word(argument);
    } else {
      this.#byte(type | 27);
      this.#word(Math.floor(argument / 0x100000000));
      this.#word(argument % 0x100000000);
    }
  }

  /** `argument` from 2^53 to 2^64-1: always eight bytes. */
  largeHead(major: number, argument: bigint): void {
    this.#reserve(9);
    this.#byte((major << 5) | 27);
    this.#word(Number(argument >> 32n));
    this.#word(Number(argument & 0xffffffffn));
  }

  simple(byte: number): void {
    this.#reserve(1);
    this.#byte(byte);
  }

  byteString(bytes: Uint8Array): void {
    this.head(2, bytes.length);
    this.#reserve(bytes.length);
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** `text` is well-formed. */
  text(text: string): void {
    const length = utf8Length(text);
    this.head(3, length);
    this.#reserve(length);
    if (length === text.length && length < 64) for (let i = 0; i < length; i++) this.#byte(text.charCodeAt(i));
    else {
      textEncoder.encodeInto(text, this.#buffer.subarray(this.#length));
      this.#length += length;
    }
  }

  #byte(value: number): void {
    this.#buffer[this.#length++] = value;
  }

  #word(value: number): void {
    this.#byte(value >>> 24);
    this.#byte(value >>> 16);
    this.#byte(value >>> 8);
    this.#byte(value);
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#buffer.length) return;
    // A head reserves nine bytes and may need fewer; `bytes` knows exactly.
    if (needed > CBOR_SIZE_BYTES_MAX + 9) throw tooLarge();
    const larger = new Uint8Array(Math.max(needed, this.#buffer.length * 2));
    larger.set(this.#buffer);
    this.#buffer = larger;
  }
}

function writeItem(writer: Writer, value: unknown, path: Path): void {
  if (typeof value === "string") {
    if (!value.isWellFormed()) throw notEncodable(path, "A text with a lone surrogate");
    writer.text(value);
  } else if (typeof value === "number") {
    if (!Number.isSafeInteger(value)) throw notEncodable(path, "A number that is not a safe integer");
    if (value >= 0) writer.head(0, value);
    else writer.head(1, -1 - value);
  } else if (typeof value === "bigint") writeBigInt(writer, value, path);
  else if (typeof value === "boolean") writer.simple(value ? 0xf5 : 0xf4);
  else if (value === null) writer.simple(0xf6);
  else if (value instanceof Uint8Array) writer.byteString(value);
  else if (typeof value === "object") writeContainer(writer, value, path);
  else throw notEncodable(path, `A value of type ${typeof value}`);
}

function writeContainer(writer: Writer, value: object, path: Path): void {
  if (path.length >= CBOR_DEPTH_MAX)
    throw new EncodingError("cbor_too_deep", formatPath(path), `More than ${CBOR_DEPTH_MAX} levels, or a cycle`);
  if (Array.isArray(value)) writeArray(writer, value, path);
  else writeMap(writer, value, path);
}

function writeBigInt(writer: Writer, value: bigint, path: Path): void {
  if (value < INT_MIN || value > INT_MAX)
    throw new EncodingError("cbor_int_range", formatPath(path), "An integer outside -2^63..2^64-1");
  const major = value < 0n ? 1 : 0;
  const argument = value < 0n ? -1n - value : value;
  if (argument <= BigInt(Number.MAX_SAFE_INTEGER)) writer.head(major, Number(argument));
  else writer.largeHead(major, argument);
}

function writeArray(writer: Writer, items: readonly unknown[], path: Path): void {
  if (!isDenseArray(items)) throw notEncodable(path, "An array with holes or extra properties");
  writer.head(4, items.length);
  for (let i = 0; i < items.length; i++) {
    path.push(i);
    writeItem(writer, items[i], path);
    path.pop();
  }
}

function writeMap(writer: Writer, value: object, path: Path): void {
  if (!isPlainObject(value)) throw notEncodable(path, "An object of a class");
  if (Object.getOwnPropertySymbols(value).length > 0) throw notEncodable(path, "An object with symbol keys");
  const keys = Object.keys(value).sort(compareKeys);
  writer.head(5, keys.length);
  for (const key of keys) {
    path.push(key);
    if (!key.isWellFormed()) throw notEncodable(path, "A key with a lone surrogate");
    writer.text(key);
    writeItem(writer, value[key], path);
    path.pop();
  }
}

/** RFC 8949 section 4.2.1: bytewise over the encoded keys, so the shorter head and with it the shorter key first. */
function compareKeys(a: string, b: string): number {
  return utf8Length(a) - utf8Length(b) || compareUtf8(a, b);
}

function notEncodable(path: Path, detail: string): EncodingError {
  return new EncodingError("cbor_not_encodable", formatPath(path), detail);
}

function tooLarge(): EncodingError {
  return new EncodingError("cbor_too_large", "$", `More than ${CBOR_SIZE_BYTES_MAX} bytes`);
}
