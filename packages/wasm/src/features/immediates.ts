/** Passes the immediates of any instruction (core spec 5.4) and notes what they need beyond the opcode itself. */
import { skipHeapType, skipResultType, skipValType } from "../core/types.ts";
import type { Cursor } from "../cursor.ts";
import { BIT, EITHER_EXCEPTIONS, type FeatureBits } from "./feature-bits.ts";
import { ATOMIC, GC, type Immediate, MISCELLANEOUS, type OpcodeRow, REFUSED, SIMD, SINGLE_BYTE } from "./opcodes.ts";

type Pass = (cursor: Cursor, features: FeatureBits) => void;

/** An index that had to be one zero byte before the proposal `bit`: another index, or a longer zero, needs it. */
function zeroBefore(cursor: Cursor, features: FeatureBits, bit: number): void {
  if (cursor.peek() !== 0x00) features.bits |= bit;
  cursor.u32();
}

const NAMED_MEMORY = 0x40;
const ORDERING = 0x20;

/** memarg (5.4.6): flags of which bit 6 says that a memory index follows, then an offset of up to 64 bits. */
function memArg(cursor: Cursor, features: FeatureBits): number {
  const at = cursor.offset;
  const flags = cursor.u32();
  if (flags > 0x7f) cursor.fail("E_CODE", "the flags of a memory access are unknown", at);
  if ((flags & NAMED_MEMORY) !== 0) {
    features.bits |= BIT.multi_memory;
    cursor.u32();
  }
  if (cursor.peek() < 0x80) cursor.u8();
  else cursor.u64();
  return flags;
}

function memArgAtomic(cursor: Cursor, features: FeatureBits): void {
  const at = cursor.offset;
  if ((cursor.peek() & ORDERING) !== 0) cursor.refuse("relaxed_atomics", at);
  memArg(cursor, features);
}

/** blocktype (5.4.1): nothing, one value, or a function type by its index (multi-value). */
function blockType(cursor: Cursor, features: FeatureBits): void {
  const byte = cursor.peek();
  if (byte === 0x40) {
    cursor.offset += 1;
  } else if (byte > 0x40 && byte < 0x80) {
    skipValType(cursor, features);
  } else if (byte >= 0 && byte < 0x40) {
    cursor.offset += 1;
    features.bits |= BIT.multi_value;
  } else {
    const at = cursor.offset;
    if (cursor.s33() < 0) cursor.fail("E_TYPE", "a block type is unknown", at);
    features.bits |= BIT.multi_value;
  }
}

function pair(cursor: Cursor): void {
  cursor.u32();
  cursor.u32();
}

/** try_table (5.4.2): catch and catch_ref name a tag and a label, their catch_all forms a label only. */
function catches(cursor: Cursor, features: FeatureBits): void {
  blockType(cursor, features);
  const count = cursor.count(2);
  for (let index = 0; index < count; index++) {
    const form = cursor.u8();
    if (form > 0x03) cursor.fail("E_CODE", "a catch clause is unknown", cursor.offset - 1);
    if (form < 0x02) cursor.u32();
    cursor.u32();
  }
}

/** resume (stack switching): `on tag label` or `on tag switch`. */
function handlers(cursor: Cursor): void {
  const count = cursor.count(2);
  for (let index = 0; index < count; index++) {
    const form = cursor.u8();
    if (form > 0x01) cursor.fail("E_CODE", "a handler is unknown", cursor.offset - 1);
    cursor.u32();
    if (form === 0x00) cursor.u32();
  }
}

function brTable(cursor: Cursor): void {
  for (let left = cursor.count(1); left >= 0; left--) cursor.u32();
}

function brOnCast(cursor: Cursor, features: FeatureBits): void {
  if (cursor.u8() > 0x03) cursor.fail("E_CODE", "the flags of a cast are unknown", cursor.offset - 1);
  cursor.u32();
  skipHeapType(cursor, features);
  skipHeapType(cursor, features);
}

function ordering(cursor: Cursor): void {
  if (cursor.u8() > 0x01) cursor.fail("E_CODE", "a memory ordering is unknown", cursor.offset - 1);
}

const PASS: { readonly [form in Immediate]: Pass } = {
  none: () => {},
  index: (cursor) => void cursor.u32(),
  index_pair: pair,
  block_type: blockType,
  br_table: brTable,
  br_on_cast: brOnCast,
  bytes_16: (cursor) => cursor.skip(16),
  call_indirect: (cursor, features) => {
    cursor.u32();
    zeroBefore(cursor, features, BIT.reference_types);
  },
  catches,
  f32: (cursor) => cursor.skip(4),
  f64: (cursor) => cursor.skip(8),
  fence: (cursor) => {
    if (cursor.u8() !== 0x00) cursor.fail("E_CODE", "a fence is not followed by zero", cursor.offset - 1);
  },
  handlers_after_index: (cursor) => {
    cursor.u32();
    handlers(cursor);
  },
  handlers_after_index_pair: (cursor) => {
    pair(cursor);
    handlers(cursor);
  },
  heap_type: skipHeapType,
  lane: (cursor) => void cursor.u8(),
  mem_arg: (cursor, features) => void memArg(cursor, features),
  mem_arg_atomic: memArgAtomic,
  mem_arg_lane: (cursor, features) => {
    memArg(cursor, features);
    cursor.u8();
  },
  memory: (cursor, features) => zeroBefore(cursor, features, BIT.multi_memory),
  memory_after_index: (cursor, features) => {
    cursor.u32();
    zeroBefore(cursor, features, BIT.multi_memory);
  },
  memory_pair: (cursor, features) => {
    zeroBefore(cursor, features, BIT.multi_memory);
    zeroBefore(cursor, features, BIT.multi_memory);
  },
  ordered_index: (cursor) => {
    ordering(cursor);
    cursor.u32();
  },
  ordered_index_pair: (cursor) => {
    ordering(cursor);
    pair(cursor);
  },
  s32: (cursor) => cursor.skipSigned(32),
  s64: (cursor) => cursor.skipSigned(64),
  table_after_index: (cursor, features) => {
    cursor.u32();
    zeroBefore(cursor, features, BIT.reference_types);
  },
  table_pair: (cursor, features) => {
    zeroBefore(cursor, features, BIT.reference_types);
    zeroBefore(cursor, features, BIT.reference_types);
  },
  val_types: (cursor, features) => void skipResultType(cursor, features),
};

interface Instruction {
  readonly pass: Pass;
  readonly bits: number;
}

type Table = readonly (Instruction | undefined)[];

function table(rows: readonly OpcodeRow[]): Table {
  const size = 1 + Math.max(...rows.map(([, last]) => last));
  const result = new Array<Instruction | undefined>(size).fill(undefined);
  for (const [first, last, form, need] of rows) {
    const bits = need === "mvp" ? 0 : need === "either_exceptions" ? EITHER_EXCEPTIONS : BIT[need];
    for (let opcode = first; opcode <= last; opcode++) {
      result[opcode] = { pass: PASS[form], bits: bits | (result[opcode]?.bits ?? 0) };
    }
  }
  return result;
}

const INSTRUCTIONS = table(SINGLE_BYTE);
const PREFIXED: readonly Table[] = [table(GC), table(MISCELLANEOUS), table(SIMD), table(ATOMIC)];
const FIRST_PREFIX = 0xfb;

/** `cursor` stands at an opcode and is left behind its immediates. */
export function passInstruction(cursor: Cursor, features: FeatureBits): void {
  const at = cursor.offset;
  const opcode = cursor.u8();
  // A negative index would be looked up as a property name, which is many times slower.
  const prefixed = opcode < FIRST_PREFIX ? undefined : PREFIXED[opcode - FIRST_PREFIX];
  const instruction = prefixed === undefined ? INSTRUCTIONS[opcode] : prefixed[cursor.u32()];
  if (instruction === undefined) refuse(cursor, at);
  features.bits |= instruction.bits;
  instruction.pass(cursor, features);
}

function refuse(cursor: Cursor, at: number): never {
  cursor.offset = at;
  const prefix = cursor.u8();
  const name = `0x${prefix.toString(16)}`;
  if (prefix < FIRST_PREFIX) return cursor.fail("E_OPCODE", `instruction ${name} is not defined`, at);
  if (prefix > 0xfe) return cursor.refuse(`prefix_${name}`, at);
  const opcode = cursor.u32();
  for (const [of, first, last, proposal] of REFUSED) {
    if (of === prefix && opcode >= first && opcode <= last) return cursor.refuse(proposal, at);
  }
  return cursor.refuse(`opcode_${name}_0x${opcode.toString(16)}`, at);
}
