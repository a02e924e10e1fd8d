/**
 * Are the type definitions of a core module well-formed, and which proposals do they need? Values of the type language
 * are passed over, not kept: the surface needs to know that they end where they claim to. The feature scan hands in its
 * own `features`; nobody asks for what the surface notes.
 *
 * Core spec 3.0, 5.3 (types) and 5.5.4 (type section), with the encodings of the proposals threads, memory64, custom
 * page sizes, custom descriptors, stack switching and shared-everything threads.
 */
import type { Budget } from "../budget.ts";
import type { Cursor } from "../cursor.ts";
import { BIT, EITHER_EXCEPTIONS, FeatureBits } from "../features/feature-bits.ts";

const UNASKED = new FeatureBits();

const SHARED = 0x65;
const EXACT = 0x62;
const FUNC_REF = 0x70;

/** Abstract heap types (5.3.2) by their byte, with exceptions (0x69, 0x74) and stack switching (0x68, 0x75). */
const FIRST_ABSTRACT = 0x68;
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

/** heaptype (5.3.3): an abstract type, possibly shared, a type index as a positive s33, or exactly a type index. */
export function skipHeapType(cursor: Cursor, features: FeatureBits = UNASKED): void {
  const byte = cursor.peek();
  if (byte < 0x40 || byte >= 0x80) {
    const at = cursor.offset;
    if (cursor.s33() < 0) cursor.fail("E_TYPE", "a heap type is unknown", at);
    features.bits |= BIT.function_references;
    return;
  }
  if (byte === EXACT) {
    features.bits |= BIT.custom_descriptors;
    cursor.offset += 1;
    cursor.u32();
    return;
  }
  skipAbstractHeap(cursor, features, "heap");
}

function skipAbstractHeap(cursor: Cursor, features: FeatureBits, what: string): void {
  let byte = cursor.u8();
  if (byte === SHARED) {
    features.bits |= BIT.shared_everything_threads;
    byte = cursor.u8();
  }
  const bits = ABSTRACT_BITS[byte - FIRST_ABSTRACT];
  if (bits === undefined) cursor.fail("E_TYPE", `a ${what} type is unknown`, cursor.offset - 1);
  features.bits |= bits;
}

/**
 * reftype (5.3.4): an abbreviation of one byte, or `ref null ht` / `ref ht`. A value of any reference type needs
 * reference types, whatever else it needs.
 */
export function skipRefType(cursor: Cursor, features: FeatureBits = UNASKED): void {
  const byte = cursor.peek();
  features.bits |= BIT.reference_types;
  if (byte !== 0x63 && byte !== 0x64) {
    skipAbstractHeap(cursor, features, "reference");
    return;
  }
  features.bits |= BIT.function_references;
  cursor.offset += 1;
  skipHeapType(cursor, features);
}

/** valtype (5.3.5): a number 0x7c-0x7f, v128 0x7b, or a reference type. */
export function skipValType(cursor: Cursor, features: FeatureBits = UNASKED): void {
  const byte = cursor.peek();
  if (byte < 0x7b || byte > 0x7f) {
    skipRefType(cursor, features);
    return;
  }
  cursor.offset += 1;
  if (byte === 0x7b) features.bits |= BIT.simd;
}

/** resulttype (5.3.7): answers how many values it has. */
export function skipResultType(cursor: Cursor, features: FeatureBits): number {
  const count = cursor.count(1);
  for (let index = 0; index < count; index++) skipValType(cursor, features);
  return count;
}

/** fieldtype (5.3.8): a value or packed type, then its mutability. */
function skipFieldType(cursor: Cursor, features: FeatureBits): void {
  const byte = cursor.peek();
  if (byte === 0x77 || byte === 0x78) cursor.offset += 1;
  else skipValType(cursor, features);
  if (cursor.u8() > 0x01) cursor.fail("E_TYPE", "a mutability is neither 0 nor 1", cursor.offset - 1);
}

/** comptype (5.3.8): array, struct, func, or a continuation (stack switching); `lead` has been read. */
function skipCompType(cursor: Cursor, features: FeatureBits, lead: number): void {
  switch (lead) {
    case 0x5d:
      features.bits |= BIT.stack_switching;
      skipHeapType(cursor, features);
      return;
    case 0x5e:
      features.bits |= BIT.gc;
      skipFieldType(cursor, features);
      return;
    case 0x5f: {
      features.bits |= BIT.gc;
      const count = cursor.count(2);
      for (let index = 0; index < count; index++) skipFieldType(cursor, features);
      return;
    }
    case 0x60:
      skipResultType(cursor, features);
      if (skipResultType(cursor, features) > 1) features.bits |= BIT.multi_value;
      return;
    default:
      cursor.fail("E_TYPE", `a composite type starts with 0x${lead.toString(16)}`, cursor.offset - 1);
  }
}

const DESCRIBES = 0x4c;
const DESCRIPTOR = 0x4d;

/** Prefixes of a composite type, each at most once and in this order: shared, describes x, descriptor x. */
function skipPrefixedCompType(cursor: Cursor, features: FeatureBits, lead: number): void {
  if (lead === SHARED) {
    features.bits |= BIT.shared_everything_threads;
    lead = cursor.u8();
  }
  for (let prefix = DESCRIBES; prefix <= DESCRIPTOR; prefix++) {
    if (lead !== prefix) continue;
    features.bits |= BIT.custom_descriptors;
    cursor.u32();
    lead = cursor.u8();
  }
  skipCompType(cursor, features, lead);
}

/** subtype (5.3.9): open (0x50) or final (0x4f) with its supertypes, or a bare composite type. */
export function skipSubType(cursor: Cursor, lead: number, features: FeatureBits = UNASKED): void {
  if (lead === 0x50 || lead === 0x4f) {
    features.bits |= BIT.gc;
    const supers = cursor.count(1);
    for (let index = 0; index < supers; index++) cursor.u32();
    lead = cursor.u8();
  }
  skipPrefixedCompType(cursor, features, lead);
}

/** rectype (5.3.10): one type, or a group of them. The surface counts them against its budget. */
export function skipRecType(cursor: Cursor, budget?: Budget, features: FeatureBits = UNASKED): void {
  const at = cursor.offset;
  const lead = cursor.u8();
  if (lead !== 0x4e) {
    budget?.types(cursor, 1, at);
    skipSubType(cursor, lead, features);
    return;
  }
  features.bits |= BIT.gc;
  const count = cursor.count(2);
  budget?.types(cursor, count, at);
  for (let index = 0; index < count; index++) skipSubType(cursor, cursor.u8(), features);
}

/** Type section (5.5.4) */
export function skipTypeSection(cursor: Cursor, budget: Budget): void {
  const groups = cursor.count(2);
  for (let index = 0; index < groups; index++) skipRecType(cursor, budget);
}

/** limits (5.3.11) with the flags of threads (0x02), memory64 (0x04) and, on memories, custom page sizes (0x08). */
export function skipLimits(cursor: Cursor, memory: boolean, features: FeatureBits = UNASKED): void {
  const at = cursor.offset;
  const flags = cursor.u8();
  if (flags > 0x0f || (!memory && flags > 0x07)) cursor.fail("E_TYPE", "the flags of a limit are unknown", at);
  if ((flags & 0x02) !== 0) features.bits |= memory ? BIT.threads : BIT.shared_everything_threads;
  const wide = (flags & 0x04) !== 0;
  if (wide) features.bits |= BIT.memory64;
  for (let bounds = (flags & 0x01) === 0 ? 1 : 2; bounds > 0; bounds--) {
    if (wide) cursor.u64();
    else cursor.u32();
  }
  if ((flags & 0x08) === 0) return;
  features.bits |= BIT.custom_page_sizes;
  // The page size is a power of two below 2^65.
  if (cursor.u32() > 64) cursor.fail("E_TYPE", "a page size is out of range", at);
}

/** tabletype (5.3.13). A table of funcref is as old as WebAssembly. */
export function skipTableType(cursor: Cursor, features: FeatureBits = UNASKED): void {
  if (cursor.peek() === FUNC_REF) cursor.offset += 1;
  else skipRefType(cursor, features);
  skipLimits(cursor, false, features);
}

/** globaltype (5.3.14): answers whether it is mutable. */
export function skipGlobalType(cursor: Cursor, features: FeatureBits = UNASKED): boolean {
  skipValType(cursor, features);
  const flags = cursor.u8();
  // 0 const, 1 var; bit 1 marks a shared global (shared-everything threads).
  if (flags > 0x03) cursor.fail("E_TYPE", "the mutability of a global is unknown", cursor.offset - 1);
  if ((flags & 0x02) !== 0) features.bits |= BIT.shared_everything_threads;
  return (flags & 0x01) !== 0;
}

/** tagtype (5.3.15): an attribute byte that must be zero, then a type index. */
export function skipTagType(cursor: Cursor, features: FeatureBits = UNASKED): void {
  features.bits |= EITHER_EXCEPTIONS;
  if (cursor.u8() !== 0x00) cursor.fail("E_TYPE", "the attribute of a tag is not zero", cursor.offset - 1);
  cursor.u32();
}
