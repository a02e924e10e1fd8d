/**
 * Reads numbers and names from one window of the outermost file and never leaves it. Every refusal carries the byte
 * offset in the outermost file and the path of the binary that is being read.
 *
 * Numbers follow the core specification 5.2.2: LEB128 of bounded length whose unused bits are zero (or, signed, copies
 * of the sign).
 */
import { WasmError, type WasmErrorCode } from "./errors.ts";
import { isWellFormedUtf8 } from "./utf8.ts";

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
/** Below this length joining characters is faster than calling the decoder. */
const SHORT_NAME_BYTES = 48;

export class Cursor {
  readonly bytes: Uint8Array;
  readonly end: number;
  readonly path: string;
  /** Absolute: counts from the first byte of the outermost file. */
  offset: number;

  constructor(bytes: Uint8Array, start: number, end: number, path: string) {
    this.bytes = bytes;
    this.offset = start;
    this.end = end;
    this.path = path;
  }

  get remaining(): number {
    return this.end - this.offset;
  }

  fail(code: WasmErrorCode, detail: string, at: number = this.offset): never {
    throw new WasmError(code, at, this.path, detail);
  }

  /** A proposal that this reader recognises and refuses. */
  refuse(feature: string, at: number = this.offset): never {
    throw new WasmError("E_FEATURE", at, this.path, `${feature} is not accepted`, feature);
  }

  /** The next byte, left where it is; -1 at the end. */
  peek(): number {
    return this.offset < this.end ? (this.bytes[this.offset] as number) : -1;
  }

  u8(): number {
    if (this.offset >= this.end) this.fail("E_EOF", "a byte is missing");
    return this.bytes[this.offset++] as number;
  }

  u32(): number {
    const start = this.offset;
    if (start < this.end) {
      const first = this.bytes[start] as number;
      if (first < 0x80) {
        this.offset = start + 1;
        return first;
      }
    }
    let value = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.u8();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
    const last = this.u8();
    // The fifth byte carries bits 28 to 31 and nothing else.
    if (last > 0x0f) this.fail("E_LEB", "a u32 is longer than five bytes or larger than 32 bits", start);
    return (value | (last << 28)) >>> 0;
  }

  /** Limits of 64-bit memories and tables. */
  u64(): bigint {
    const start = this.offset;
    let value = 0n;
    for (let shift = 0n; shift < 63n; shift += 7n) {
      const byte = this.u8();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    const last = this.u8();
    if (last > 0x01) this.fail("E_LEB", "a u64 is longer than ten bytes or larger than 64 bits", start);
    return value | (BigInt(last) << 63n);
  }

  /** A 33-bit signed number: type indices that share their place with negative codes (core spec 5.3.5). */
  s33(): number {
    const start = this.offset;
    let value = 0;
    let scale = 1;
    for (let count = 0; count < 4; count++) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      scale *= 128;
      if (byte < 0x80) return byte >= 0x40 ? value - scale : value;
    }
    const last = this.u8();
    // Bits 28 to 32 are in the fifth byte; its two spare bits repeat the sign.
    if (last > 0x7f || (last > 0x0f && last < 0x70)) this.fail("E_LEB", "an s33 does not fit 33 bits", start);
    value += (last & 0x7f) * scale;
    return last >= 0x40 ? value - scale * 128 : value;
  }

  /** Passes a signed number of `bits` bits without building it (constants in initialiser expressions). */
  skipSigned(bits: 32 | 64): void {
    const start = this.offset;
    const wholeBytes = bits === 32 ? 4 : 9;
    for (let count = 0; count < wholeBytes; count++) {
      if (this.u8() < 0x80) return;
    }
    const last = this.u8();
    const fits = bits === 32 ? last <= 0x07 || (last >= 0x78 && last <= 0x7f) : last === 0x00 || last === 0x7f;
    if (!fits) this.fail("E_LEB", `an s${bits} does not fit ${bits} bits`, start);
  }

  skip(length: number): void {
    if (length > this.remaining) this.fail("E_EOF", `${length} bytes are needed and ${this.remaining} are left`);
    this.offset += length;
  }

  /** The length of a vector, refused at once when its entries cannot fit into what is left. */
  count(entryBytesMin: number): number {
    const start = this.offset;
    const count = this.u32();
    if (count * entryBytesMin > this.remaining) {
      this.fail("E_EOF", `${count} entries are announced and ${this.remaining} bytes are left`, start);
    }
    return count;
  }

  /** A name (core spec 5.2.4): fatal on ill-formed UTF-8, keeps a byte order mark. */
  name(bytesMax: number): string {
    const length = this.nameLength(bytesMax);
    const start = this.offset;
    const end = start + length;
    this.offset = end;
    if (length <= SHORT_NAME_BYTES) {
      let text = "";
      let at = start;
      for (; at < end; at++) {
        const byte = this.bytes[at] as number;
        if (byte >= 0x80) break;
        text += String.fromCharCode(byte);
      }
      if (at === end) return text;
    }
    // Checked first, so that the decoder below cannot throw and no other mistake is hidden.
    if (!isWellFormedUtf8(this.bytes, start, end)) this.fail("E_UTF8", "a name is not UTF-8", start);
    return UTF8.decode(this.bytes.subarray(start, end));
  }

  /**
   * Passes the name that follows if its bytes, length included, are those that stand at `earlier`, which has been read
   * before. Importers group their imports by module, so the last module's name is often the next one too.
   */
  skipRepeated(earlier: number, length: number): boolean {
    const { bytes, offset } = this;
    if (offset + length > this.end) return false;
    for (let index = 0; index < length; index++) {
      if (bytes[offset + index] !== bytes[earlier + index]) return false;
    }
    this.offset = offset + length;
    return true;
  }

  /** Passes a name, checking it as `name` does, without building a string. Answers its length in bytes. */
  skipName(bytesMax: number): number {
    const length = this.nameLength(bytesMax);
    const start = this.offset;
    this.offset = start + length;
    if (!isWellFormedUtf8(this.bytes, start, this.offset)) this.fail("E_UTF8", "a name is not UTF-8", start);
    return length;
  }

  private nameLength(bytesMax: number): number {
    const start = this.offset;
    const length = this.u32();
    if (length > this.remaining) this.fail("E_EOF", `a name of ${length} bytes does not fit`, start);
    if (length > bytesMax) this.fail("E_LIMIT_NAME", `a name of ${length} bytes is longer than ${bytesMax}`, start);
    return length;
  }
}
