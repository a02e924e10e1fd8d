/** Which proposals do the types of a core module need? (core spec 5.3). Malformed ones are refused. */
import type { Cursor } from "../cursor.ts";
import { BIT, type FeatureBits } from "./feature-bits.ts";

const FUNC_REF = 0x70;
const SHARED = 0x65;
const EXACT = 0x62;
const NULLABLE = 0x63;
const NON_NULL = 0x64;

/** Abstract heap types (5.3.2) by their byte, from 0x68 (cont) to 0x75 (nocont). */
const ABSTRACT_BITS: readonly number[] = [
  BIT.stack_switching, // 0x68 cont
  BIT.exceptions, // 0x69 exn
  BIT.gc, // 0x6a array
  BIT.gc, // 0x6b struct
  BIT.gc, // 0x6c i31
  BIT.gc, // 0x6d eq
  BIT.gc, // 0x6e any
  BIT.reference_types, // 0x6f extern
  BIT.reference_types, // 0x70 func
  BIT.gc, // 0x71 none
  BIT.gc, // 0x72 noextern
  BIT.gc, // 0x73 nofunc
  BIT.exceptions, // 0x74 noexn
  BIT.stack_switching, // 0x75 nocont
];

function abstractHeap(cursor: Cursor, features: FeatureBits, byte: number): void {
  const at = cursor.offset - 1;
  if (byte === SHARED) {
    features.bits |= BIT.shared_everything_threads;
    byte = cursor.u8();
  }
  const bits = ABSTRACT_BITS[byte - 0x68];
  if (bits === undefined) cursor.fail("E_TYPE", `0x${byte.toString(16)} is not a type`, at);
  features.bits |= bits;
}

/** heaptype (5.3.3): abstract, exactly an index, or an index as a positive s33. */
export function heapType(cursor: Cursor, features: FeatureBits): void {
  const byte = cursor.peek();
  if (byte === EXACT) {
    cursor.offset += 1;
    features.bits |= BIT.custom_descriptors;
    cursor.u32();
  } else if (byte >= 0x40 && byte < 0x80) {
    cursor.offset += 1;
    abstractHeap(cursor, features, byte);
  } else {
    const at = cursor.offset;
    if (cursor.s33() < 0) cursor.fail("E_TYPE", "a heap type is unknown", at);
    features.bits |= BIT.function_references;
  }
}

/** reftype (5.3.4). A value of any reference type needs reference types, whatever else it needs. */
export function refType(cursor: Cursor, features: FeatureBits): void {
  const byte = cursor.u8();
  features.bits |= BIT.reference_types;
  if (byte === NULLABLE || byte === NON_NULL) {
    features.bits |= BIT.function_references;
    heapType(cursor, features);
  } else {
    abstractHeap(cursor, features, byte);
  }
}

/** valtype (5.3.5) */
export function valType(cursor: Cursor, features: FeatureBits): void {
  const byte = cursor.peek();
  if (byte >= 0x7c && byte <= 0x7f) {
    cursor.offset += 1;
  } else if (byte === 0x7b) {
    cursor.offset += 1;
    features.bits |= BIT.simd;
  } else {
    refType(cursor, features);
  }
}

/** blocktype (5.4.1): nothing, one value, or a function type by its index (multi-value). */
export function blockType(cursor: Cursor, features: FeatureBits): void {
  const byte = cursor.peek();
  if (byte === 0x40) {
    cursor.offset += 1;
  } else if (byte > 0x40 && byte < 0x80) {
    valType(cursor, features);
  } else if (byte >= 0 && byte < 0x40) {
    cursor.offset += 1;
    features.bits |= BIT.multi_value;
  } else {
    const at = cursor.offset;
    if (cursor.s33() < 0) cursor.fail("E_TYPE", "a block type is unknown", at);
    features.bits |= BIT.multi_value;
  }
}

export function valTypes(cursor: Cursor, features: FeatureBits): number {
  const count = cursor.count(1);
  for (let index = 0; index < count; index++) valType(cursor, features);
  return count;
}

/** fieldtype (5.3.8) */
function fieldType(cursor: Cursor, features: FeatureBits): void {
  const byte = cursor.peek();
  if (byte === 0x77 || byte === 0x78) cursor.offset += 1;
  else valType(cursor, features);
  cursor.u8();
}

function compType(cursor: Cursor, features: FeatureBits, lead: number): void {
  switch (lead) {
    case 0x60:
      valTypes(cursor, features);
      if (valTypes(cursor, features) > 1) features.bits |= BIT.multi_value;
      return;
    case 0x5f: {
      features.bits |= BIT.gc;
      const count = cursor.count(2);
      for (let index = 0; index < count; index++) fieldType(cursor, features);
      return;
    }
    case 0x5e:
      features.bits |= BIT.gc;
      fieldType(cursor, features);
      return;
    case 0x5d:
      features.bits |= BIT.stack_switching;
      heapType(cursor, features);
      return;
    default:
      cursor.fail("E_TYPE", `a composite type starts with 0x${lead.toString(16)}`, cursor.offset - 1);
  }
}

function subType(cursor: Cursor, features: FeatureBits, lead: number): void {
  if (lead === 0x4f || lead === 0x50) {
    features.bits |= BIT.gc;
    const supers = cursor.count(1);
    for (let index = 0; index < supers; index++) cursor.u32();
    lead = cursor.u8();
  }
  if (lead === SHARED) {
    features.bits |= BIT.shared_everything_threads;
    lead = cursor.u8();
  }
  // 0x4c describes, 0x4d descriptor
  for (let prefix = 0x4c; prefix <= 0x4d; prefix++) {
    if (lead !== prefix) continue;
    features.bits |= BIT.custom_descriptors;
    cursor.u32();
    lead = cursor.u8();
  }
  compType(cursor, features, lead);
}

/** One entry of the type section (5.5.4): a group of types, or a single one. */
export function recType(cursor: Cursor, features: FeatureBits): void {
  const lead = cursor.u8();
  if (lead !== 0x4e) {
    subType(cursor, features, lead);
    return;
  }
  features.bits |= BIT.gc;
  const count = cursor.count(2);
  for (let index = 0; index < count; index++) subType(cursor, features, cursor.u8());
}

/** limits (5.3.11) with their flags; memories may also carry a page size. */
export function limits(cursor: Cursor, features: FeatureBits, sharedBit: number): void {
  const flags = cursor.u8();
  if (flags > 0x0f) cursor.fail("E_TYPE", "the flags of a limit are unknown", cursor.offset - 1);
  if ((flags & 0x02) !== 0) features.bits |= sharedBit;
  const wide = (flags & 0x04) !== 0;
  if (wide) features.bits |= BIT.memory64;
  for (let bounds = (flags & 0x01) === 0 ? 1 : 2; bounds > 0; bounds--) {
    if (wide) cursor.u64();
    else cursor.u32();
  }
  if ((flags & 0x08) !== 0) {
    features.bits |= BIT.custom_page_sizes;
    cursor.u32();
  }
}

/** tabletype (5.3.14). A table of funcref is as old as WebAssembly. */
export function tableType(cursor: Cursor, features: FeatureBits): void {
  if (cursor.peek() === FUNC_REF) cursor.offset += 1;
  else refType(cursor, features);
  limits(cursor, features, BIT.shared_everything_threads);
}

/** globaltype (5.3.13): answers whether it is mutable. */
export function globalType(cursor: Cursor, features: FeatureBits): boolean {
  valType(cursor, features);
  const flags = cursor.u8();
  if ((flags & 0x02) !== 0) features.bits |= BIT.shared_everything_threads;
  return (flags & 0x01) !== 0;
}
