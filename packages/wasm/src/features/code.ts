/**
 * Which proposals do function bodies need? This is the one loop of the reader whose cost is proportional to the file,
 * so instructions that are common and old are passed by table, without a call: their first bytes are compared with
 * masks, and only what does not match goes to the general decoder.
 *
 * Every body ends with 0x0b (core spec 5.5.13), which is checked first. That byte also ends any LEB128 that begins
 * before it, so the loop needs no bound of its own for numbers.
 */
import { skipValType } from "../core/types.ts";
import type { Cursor } from "../cursor.ts";
import type { FeatureBits } from "./feature-bits.ts";
import { passInstruction } from "./immediates.ts";
import { type Immediate, SINGLE_BYTE } from "./opcodes.ts";

const END = 0x0b;
const EMPTY_BLOCK = 0x40;
/** The loop looks two bytes past the opcode, and must not look past the file. */
const LOOK_AHEAD_BYTES = 2;
/**
 * A number of at most four bytes is well-formed whatever its bits are, and so is one of five whose last byte is small
 * (linkers pad indices to five). The cursor measures the others.
 */
const PLAIN_LEB_BYTES = 4;
const SMALL_LAST_BYTE = 0x07;

/** How to pass an instruction when its immediates are as short as they can be. */
interface Shape {
  /** Bytes to pass, opcode included. */
  readonly step: number;
  /** Bits of the first and second byte behind the opcode that must equal `want` (of the first) and 0 (of the second). */
  readonly first: number;
  readonly second: number;
  readonly want: number;
  /** Which immediate may be longer: none, the first number, or the second. */
  readonly long: number;
}

const LONG_FIRST = 0x20;
const LONG_SECOND = 0x40;
const SLOW = 0x10;

const SHAPES: { readonly [form in Immediate]?: Shape } = {
  none: { step: 1, first: 0, second: 0, want: 0, long: 0 },
  index: { step: 2, first: 0x80, second: 0, want: 0, long: LONG_FIRST },
  s32: { step: 2, first: 0x80, second: 0, want: 0, long: LONG_FIRST },
  s64: { step: 2, first: 0x80, second: 0, want: 0, long: LONG_FIRST },
  f32: { step: 5, first: 0, second: 0, want: 0, long: 0 },
  f64: { step: 9, first: 0, second: 0, want: 0, long: 0 },
  // Bit 6 of the flags names a memory: that is for the general decoder.
  mem_arg: { step: 3, first: 0xc0, second: 0x80, want: 0, long: LONG_SECOND },
  // A table index other than one zero byte says more, so it is for the general decoder too.
  call_indirect: { step: 3, first: 0x80, second: 0xff, want: 0, long: 0 },
  block_type: { step: 2, first: 0xff, second: 0, want: EMPTY_BLOCK, long: 0 },
};

/** One word for each opcode: step in bits 0-3, SLOW and LONG_* in 4-6, masks in 8-15 and 16-23, want in 24-31. */
const WORDS = words();

function words(): Int32Array {
  const result = new Int32Array(256).fill(SLOW);
  for (const [from, to, form, need] of SINGLE_BYTE) {
    const shape = SHAPES[form];
    if (shape === undefined || need !== "mvp") continue;
    const { step, first, second, want, long } = shape;
    result.fill(step | long | (first << 8) | (second << 16) | (want << 24), from, to + 1);
  }
  return result;
}

/** +1 for instructions that open a block, -1 for those that close one. */
const NESTING = new Int8Array(256);
for (const opens of [0x02, 0x03, 0x04, 0x06, 0x1f]) NESTING[opens] = 1;
for (const closes of [0x0b, 0x18]) NESTING[closes] = -1;

/** Code section (5.5.13) */
export function scanCode(cursor: Cursor, features: FeatureBits): void {
  const count = cursor.count(3);
  for (let index = 0; index < count; index++) {
    const at = cursor.offset;
    const size = cursor.u32();
    if (size > cursor.remaining) cursor.fail("E_EOF", "a function body is longer than its section", at);
    const end = cursor.offset + size;
    if (size < 2 || cursor.bytes[end - 1] !== END) cursor.fail("E_CODE", "a function body does not end with end", at);
    for (let groups = cursor.u32(); groups > 0 && cursor.offset < end; groups--) {
      cursor.u32();
      skipValType(cursor, features);
    }
    scanBody(cursor, features, end);
  }
}

/** Passes the instructions up to `end`; blocks must close, the last byte must be the `end` of the function. */
function scanBody(cursor: Cursor, features: FeatureBits, end: number): void {
  const { bytes } = cursor;
  const last = end - 1;
  const fast = Math.min(last, bytes.length - LOOK_AHEAD_BYTES);
  let at = cursor.offset;
  let depth = 0;
  // Negative as soon as the depth ever was.
  let lowest = 0;
  while (at < last) {
    const opcode = bytes[at] as number;
    depth += NESTING[opcode] as number;
    lowest |= depth;
    const word = at < fast ? (WORDS[opcode] as number) : SLOW;
    if (word !== SLOW) {
      const first = bytes[at + 1] as number;
      const second = bytes[at + 2] as number;
      if ((((first ^ (word >>> 24)) & (word >> 8)) | (second & (word >> 16))) === 0) {
        at += word & 0x0f;
        continue;
      }
      const number = longNumber(word, at, first);
      if (number > 0) {
        let behind = number + 1;
        while ((bytes[behind] as number) >= 0x80) behind++;
        const more = behind - number;
        if (more < PLAIN_LEB_BYTES || (more === PLAIN_LEB_BYTES && (bytes[behind] as number) <= SMALL_LAST_BYTE)) {
          at = behind + 1;
          continue;
        }
      }
    }
    cursor.offset = at;
    passInstruction(cursor, features);
    at = cursor.offset;
  }
  if (at !== last) cursor.fail("E_EOF", "the last instruction of a function runs past its end", last);
  // 5.4.1: the instructions of a body are one balanced sequence.
  if (depth !== 0 || lowest < 0) cursor.fail("E_CODE", "blocks and ends of a function do not match", last);
  cursor.offset = end;
}

/** Where the number begins that is longer than one byte, or 0 when the general decoder must look. */
function longNumber(word: number, at: number, first: number): number {
  if ((word & LONG_FIRST) !== 0) return at + 1;
  if ((word & LONG_SECOND) !== 0 && first < 0x40) return at + 2;
  return 0;
}
