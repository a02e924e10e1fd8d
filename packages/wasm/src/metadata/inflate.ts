/**
 * Decompresses a zlib stream (RFC 1950) of at most `blocksMax` DEFLATE blocks (RFC 1951) into at most `bytesMax` bytes.
 * Answers undefined for anything malformed, oversized, or whose checksum is wrong: the caller treats metadata that it
 * cannot read as absent, so the reason does not matter.
 *
 * The code follows the RFC's own description: canonical Huffman codes as counts per length and symbols in order.
 */

interface Code {
  /** How many codes have each length. */
  readonly counts: Uint16Array;
  /** Symbols, shortest code first. */
  readonly symbols: Uint16Array;
}

const BITS_MAX = 15;
const END_OF_BLOCK = 256;
/** RFC 1951 3.2.5: base and extra bits of the length codes 257 to 285 and of the distance codes 0 to 29. */
const LENGTH_BASE = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163,
];
const LENGTH_BASES = Uint16Array.of(...LENGTH_BASE, 195, 227, 258);
/** None up to code 264, then one more every four codes; the last says 258 and nothing else. */
const LENGTH_BITS = Uint8Array.from({ length: 29 }, (_, code) => (code < 8 || code === 28 ? 0 : (code >> 2) - 1));
const DISTANCE_BASES = new Uint16Array(30);
const DISTANCE_BITS = new Uint8Array(30);
for (let code = 0, base = 1; code < 30; code++) {
  const bits = code < 4 ? 0 : (code >> 1) - 1;
  DISTANCE_BASES[code] = base;
  DISTANCE_BITS[code] = bits;
  base += 1 << bits;
}
/** 3.2.7: the order in which the lengths of the code length code are written. */
const LENGTH_CODE_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** Thrown and caught in this file only. */
class Malformed extends Error {}

export function inflateZlib(bytes: Uint8Array, bytesMax: number, blocksMax: number): Uint8Array | undefined {
  try {
    return new Inflater(bytes, bytesMax, blocksMax).run();
  } catch (cause) {
    if (cause instanceof Malformed) return undefined;
    throw cause;
  }
}

class Inflater {
  private readonly input: Uint8Array;
  private readonly bytesMax: number;
  private readonly blocksMax: number;
  private at = 2;
  private bitBuffer = 0;
  private bitCount = 0;
  private output: Uint8Array;
  private length = 0;

  constructor(input: Uint8Array, bytesMax: number, blocksMax: number) {
    this.input = input;
    this.bytesMax = bytesMax;
    this.blocksMax = blocksMax;
    this.output = new Uint8Array(Math.min(bytesMax, Math.max(1024, input.length * 4)));
  }

  run(): Uint8Array {
    const method = this.input[0] ?? 0;
    const flags = this.input[1] ?? 0;
    // RFC 1950 2.2: method 8, a window of at most 32 KiB, a header divisible by 31, no preset dictionary.
    if ((method & 0x0f) !== 8 || method >> 4 > 7 || ((method << 8) | flags) % 31 !== 0 || (flags & 0x20) !== 0) {
      throw new Malformed();
    }
    let last = false;
    for (let blocks = 0; !last; blocks++) {
      if (blocks === this.blocksMax) throw new Malformed();
      last = this.bits(1) === 1;
      this.block(this.bits(2));
    }
    this.bitCount = 0;
    const result = this.output.subarray(0, this.length);
    let checksum = 0;
    for (let index = 0; index < 4; index++) checksum = (checksum << 8) | this.byte();
    if (this.at !== this.input.length || checksum >>> 0 !== adler32(result)) throw new Malformed();
    return result;
  }

  private block(type: number): void {
    if (type === 0) {
      this.stored();
      return;
    }
    if (type === 1) {
      this.compressed(FIXED_LENGTHS, FIXED_DISTANCES);
      return;
    }
    if (type === 2) {
      this.dynamic();
      return;
    }
    throw new Malformed();
  }

  /** 3.2.4: length, its complement, then the bytes themselves. */
  private stored(): void {
    this.bitCount = 0;
    this.bitBuffer = 0;
    const length = this.byte() | (this.byte() << 8);
    const complement = this.byte() | (this.byte() << 8);
    if ((length ^ complement) !== 0xffff || length > this.input.length - this.at) throw new Malformed();
    this.reserve(length);
    this.output.set(this.input.subarray(this.at, this.at + length), this.length);
    this.at += length;
    this.length += length;
  }

  /** 3.2.7: code lengths, themselves compressed. */
  private dynamic(): void {
    const lengthCodes = this.bits(5) + 257;
    const distanceCodes = this.bits(5) + 1;
    const lengthLengths = this.bits(4) + 4;
    if (lengthCodes > 286 || distanceCodes > 30) throw new Malformed();
    const small = new Uint8Array(19);
    for (const symbol of LENGTH_CODE_ORDER.slice(0, lengthLengths)) small[symbol] = this.bits(3);
    const lengthCode = makeCode(small, false);
    const lengths = new Uint8Array(lengthCodes + distanceCodes);
    let filled = 0;
    while (filled < lengths.length) {
      const symbol = this.symbol(lengthCode);
      let repeat = 1;
      let value = symbol;
      if (symbol === 16) {
        if (filled === 0) throw new Malformed();
        value = lengths[filled - 1] as number;
        repeat = 3 + this.bits(2);
      } else if (symbol > 16) {
        value = 0;
        repeat = symbol === 17 ? 3 + this.bits(3) : 11 + this.bits(7);
      }
      if (filled + repeat > lengths.length) throw new Malformed();
      lengths.fill(value, filled, filled + repeat);
      filled += repeat;
    }
    if (lengths[END_OF_BLOCK] === 0) throw new Malformed();
    this.compressed(makeCode(lengths.subarray(0, lengthCodes), false), makeCode(lengths.subarray(lengthCodes), true));
  }

  /** 3.2.3: literals, and pairs of length and distance, until the end of the block. */
  private compressed(lengthCode: Code, distanceCode: Code): void {
    for (;;) {
      const symbol = this.symbol(lengthCode);
      if (symbol === END_OF_BLOCK) return;
      if (symbol < END_OF_BLOCK) {
        this.reserve(1);
        this.output[this.length++] = symbol;
        continue;
      }
      const lengthBase = LENGTH_BASES[symbol - 257];
      if (lengthBase === undefined) throw new Malformed();
      const length = lengthBase + this.bits(LENGTH_BITS[symbol - 257] as number);
      const distanceSymbol = this.symbol(distanceCode);
      const distanceBase = DISTANCE_BASES[distanceSymbol];
      if (distanceBase === undefined) throw new Malformed();
      const distance = distanceBase + this.bits(DISTANCE_BITS[distanceSymbol] as number);
      if (distance > this.length) throw new Malformed();
      this.reserve(length);
      const end = this.length + length;
      // Byte by byte: source and target may overlap, and the overlap is the meaning.
      for (; this.length < end; this.length++) this.output[this.length] = this.output[this.length - distance] as number;
    }
  }

  private symbol(code: Code): number {
    let value = 0;
    let first = 0;
    let index = 0;
    for (let length = 1; length <= BITS_MAX; length++) {
      value |= this.bits(1);
      const count = code.counts[length] as number;
      if (value - first < count) return code.symbols[index + value - first] as number;
      index += count;
      first = (first + count) << 1;
      value <<= 1;
    }
    throw new Malformed();
  }

  private bits(count: number): number {
    while (this.bitCount < count) {
      this.bitBuffer |= this.byte() << this.bitCount;
      this.bitCount += 8;
    }
    const value = this.bitBuffer & ((1 << count) - 1);
    this.bitBuffer >>>= count;
    this.bitCount -= count;
    return value;
  }

  private byte(): number {
    const byte = this.input[this.at];
    if (byte === undefined) throw new Malformed();
    this.at += 1;
    return byte;
  }

  private reserve(more: number): void {
    const needed = this.length + more;
    if (needed > this.bytesMax) throw new Malformed();
    if (needed <= this.output.length) return;
    const grown = new Uint8Array(Math.min(this.bytesMax, Math.max(needed, this.output.length * 2)));
    grown.set(this.output);
    this.output = grown;
  }
}

/** 3.2.2. A code must be complete; only a distance code may have a single code word or none. */
function makeCode(lengths: Uint8Array, distance: boolean): Code {
  const counts = new Uint16Array(BITS_MAX + 1);
  for (const length of lengths) counts[length] = (counts[length] as number) + 1;
  const used = lengths.length - (counts[0] as number);
  counts[0] = 0;
  const left = unusedCodes(counts);
  if (left < 0 || (left > 0 && !(distance && used <= 1))) throw new Malformed();
  const offsets = new Uint16Array(BITS_MAX + 2);
  for (let length = 1; length <= BITS_MAX; length++) {
    offsets[length + 1] = (offsets[length] as number) + (counts[length] as number);
  }
  const symbols = new Uint16Array(used);
  lengths.forEach((length, symbol) => {
    if (length === 0) return;
    symbols[offsets[length] as number] = symbol;
    offsets[length] = (offsets[length] as number) + 1;
  });
  return { counts, symbols };
}

/** Code words of the longest length that no symbol uses; negative when there are too many symbols. */
function unusedCodes(counts: Uint16Array): number {
  let left = 1;
  for (let length = 1; length <= BITS_MAX && left >= 0; length++) left = left * 2 - (counts[length] as number);
  return left;
}

/** 3.2.6 */
const FIXED_LENGTHS = makeCode(
  Uint8Array.from({ length: 288 }, (_, symbol) => (symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8)),
  false,
);
const FIXED_DISTANCES = makeCode(new Uint8Array(32).fill(5), false);

/** RFC 1950 section 9. */
function adler32(bytes: Uint8Array): number {
  let a = 1;
  let b = 0;
  for (const byte of bytes) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  return ((b << 16) | a) >>> 0;
}
