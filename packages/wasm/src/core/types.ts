/**
 * Are the type definitions of a core module well-formed? Values of the type language are passed over, not kept: the
 * surface needs to know that they end where they claim to.
 *
 * Core spec 3.0, 5.3 (types) and 5.5.4 (type section), with the encodings of the proposals threads, memory64, custom
 * page sizes, custom descriptors, stack switching and shared-everything threads.
 */
import type { Budget } from "../budget.ts";
import type { Cursor } from "../cursor.ts";

const SHARED = 0x65;
const EXACT = 0x62;

/** Abstract heap types (5.3.2), with exceptions (0x69, 0x74) and stack switching (0x68, 0x75). */
function isAbstractHeap(byte: number): boolean {
  return byte >= 0x68 && byte <= 0x75;
}

/** heaptype (5.3.3): an abstract type, possibly shared, a type index as a positive s33, or exactly a type index. */
export function skipHeapType(cursor: Cursor): void {
  const byte = cursor.peek();
  if (byte < 0x40 || byte >= 0x80) {
    const at = cursor.offset;
    if (cursor.s33() < 0) cursor.fail("E_TYPE", "a heap type is unknown", at);
    return;
  }
  if (byte === EXACT) {
    cursor.offset += 1;
    cursor.u32();
    return;
  }
  skipAbstractHeap(cursor, "heap");
}

function skipAbstractHeap(cursor: Cursor, what: string): void {
  let byte = cursor.u8();
  if (byte === SHARED) byte = cursor.u8();
  if (!isAbstractHeap(byte)) cursor.fail("E_TYPE", `a ${what} type is unknown`, cursor.offset - 1);
}

/** reftype (5.3.4): an abbreviation of one byte, or `ref null ht` / `ref ht`. */
export function skipRefType(cursor: Cursor): void {
  const byte = cursor.peek();
  if (byte !== 0x63 && byte !== 0x64) {
    skipAbstractHeap(cursor, "reference");
    return;
  }
  cursor.offset += 1;
  skipHeapType(cursor);
}

/** valtype (5.3.5): a number 0x7c-0x7f, v128 0x7b, or a reference type. */
export function skipValType(cursor: Cursor): void {
  const byte = cursor.peek();
  if (byte >= 0x7b && byte <= 0x7f) cursor.offset += 1;
  else skipRefType(cursor);
}

function skipResultType(cursor: Cursor): void {
  const count = cursor.count(1);
  for (let index = 0; index < count; index++) skipValType(cursor);
}

/** fieldtype (5.3.8): a value or packed type, then its mutability. */
function skipFieldType(cursor: Cursor): void {
  const byte = cursor.peek();
  if (byte === 0x77 || byte === 0x78) cursor.offset += 1;
  else skipValType(cursor);
  if (cursor.u8() > 0x01) cursor.fail("E_TYPE", "a mutability is neither 0 nor 1", cursor.offset - 1);
}

/** comptype (5.3.8): array, struct, func, or a continuation (stack switching); `lead` has been read. */
function skipCompType(cursor: Cursor, lead: number): void {
  switch (lead) {
    case 0x5d:
      skipHeapType(cursor);
      return;
    case 0x5e:
      skipFieldType(cursor);
      return;
    case 0x5f: {
      const count = cursor.count(2);
      for (let index = 0; index < count; index++) skipFieldType(cursor);
      return;
    }
    case 0x60:
      skipResultType(cursor);
      skipResultType(cursor);
      return;
    default:
      cursor.fail("E_TYPE", `a composite type starts with 0x${lead.toString(16)}`, cursor.offset - 1);
  }
}

const DESCRIBES = 0x4c;
const DESCRIPTOR = 0x4d;

/** Prefixes of a composite type, each at most once and in this order: shared, describes x, descriptor x. */
function skipPrefixedCompType(cursor: Cursor, lead: number): void {
  if (lead === SHARED) lead = cursor.u8();
  for (const prefix of [DESCRIBES, DESCRIPTOR]) {
    if (lead !== prefix) continue;
    cursor.u32();
    lead = cursor.u8();
  }
  skipCompType(cursor, lead);
}

/** subtype (5.3.9): open (0x50) or final (0x4f) with its supertypes, or a bare composite type. */
export function skipSubType(cursor: Cursor, lead: number): void {
  if (lead !== 0x50 && lead !== 0x4f) {
    skipPrefixedCompType(cursor, lead);
    return;
  }
  const supers = cursor.count(1);
  for (let index = 0; index < supers; index++) cursor.u32();
  skipPrefixedCompType(cursor, cursor.u8());
}

/** rectype (5.3.10): answers how many types it defines. */
export function skipRecType(cursor: Cursor, budget: Budget): number {
  const at = cursor.offset;
  const lead = cursor.u8();
  if (lead !== 0x4e) {
    budget.types(cursor, 1, at);
    skipSubType(cursor, lead);
    return 1;
  }
  const count = cursor.count(2);
  budget.types(cursor, count, at);
  for (let index = 0; index < count; index++) skipSubType(cursor, cursor.u8());
  return count;
}

/** Type section (5.5.4): answers how many types it defines. */
export function skipTypeSection(cursor: Cursor, budget: Budget): number {
  const groups = cursor.count(2);
  let types = 0;
  for (let index = 0; index < groups; index++) types += skipRecType(cursor, budget);
  return types;
}

/** limits (5.3.11) with the flags of threads (0x02), memory64 (0x04) and, on memories, custom page sizes (0x08). */
export function skipLimits(cursor: Cursor, memory: boolean): void {
  const at = cursor.offset;
  const flags = cursor.u8();
  if (flags > 0x0f || (!memory && flags > 0x07)) cursor.fail("E_TYPE", "the flags of a limit are unknown", at);
  const wide = (flags & 0x04) !== 0;
  if (wide) cursor.u64();
  else cursor.u32();
  if ((flags & 0x01) !== 0) {
    if (wide) cursor.u64();
    else cursor.u32();
  }
  // The page size is a power of two below 2^65 (custom page sizes).
  if ((flags & 0x08) !== 0 && cursor.u32() > 64) cursor.fail("E_TYPE", "a page size is out of range", at);
}

/** tabletype (5.3.13) */
export function skipTableType(cursor: Cursor): void {
  skipRefType(cursor);
  skipLimits(cursor, false);
}

/** globaltype (5.3.14) */
export function skipGlobalType(cursor: Cursor): void {
  skipValType(cursor);
  // 0 const, 1 var; bit 1 marks a shared global (shared-everything threads).
  if (cursor.u8() > 0x03) cursor.fail("E_TYPE", "the mutability of a global is unknown", cursor.offset - 1);
}

/** tagtype (5.3.15): an attribute byte that must be zero, then a type index. */
export function skipTagType(cursor: Cursor): void {
  if (cursor.u8() !== 0x00) cursor.fail("E_TYPE", "the attribute of a tag is not zero", cursor.offset - 1);
  cursor.u32();
}
