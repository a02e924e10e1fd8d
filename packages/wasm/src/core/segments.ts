/** Are the tables, globals, element segments and data segments of a core module well-formed? */
import type { Cursor } from "../cursor.ts";
import { skipConstantExpression } from "./expressions.ts";
import { skipGlobalType, skipRefType, skipTableType } from "./types.ts";

/** Table section (core spec 5.5.7): a table type, or 0x40 0x00, a table type and its initial value. */
export function skipTable(cursor: Cursor): void {
  if (cursor.peek() !== 0x40) {
    skipTableType(cursor);
    return;
  }
  cursor.offset += 1;
  if (cursor.u8() !== 0x00) cursor.fail("E_TYPE", "a table with an initial value lacks its zero", cursor.offset - 1);
  skipTableType(cursor);
  skipConstantExpression(cursor);
}

/** Global section (5.5.9) */
export function skipGlobal(cursor: Cursor): void {
  skipGlobalType(cursor);
  skipConstantExpression(cursor);
}

const PASSIVE_OR_DECLARED = 0x01;
const EXPLICIT_INDEX_OR_DECLARED = 0x02;
const EXPRESSIONS = 0x04;

/** Element section (5.5.12): the flags say which of eight forms follows. */
export function skipElementSegment(cursor: Cursor): void {
  const flags = cursor.u32();
  if (flags > 0x07) cursor.fail("E_TYPE", "the flags of an element segment are unknown", cursor.offset - 1);
  const active = (flags & PASSIVE_OR_DECLARED) === 0;
  if (active && (flags & EXPLICIT_INDEX_OR_DECLARED) !== 0) cursor.u32();
  if (active) skipConstantExpression(cursor);
  const typed = (flags & (PASSIVE_OR_DECLARED | EXPLICIT_INDEX_OR_DECLARED)) !== 0;
  if ((flags & EXPRESSIONS) !== 0) {
    if (typed) skipRefType(cursor);
    const count = cursor.count(1);
    for (let index = 0; index < count; index++) skipConstantExpression(cursor);
    return;
  }
  if (typed && cursor.u8() !== 0x00) cursor.fail("E_TYPE", "an element kind is unknown", cursor.offset - 1);
  const count = cursor.count(1);
  for (let index = 0; index < count; index++) cursor.u32();
}

/** Data section (5.5.14): active in memory 0, passive, or active in a named memory. */
export function skipDataSegment(cursor: Cursor): void {
  const at = cursor.offset;
  const flags = cursor.u32();
  if (flags > 0x02) cursor.fail("E_TYPE", "the flags of a data segment are unknown", at);
  if (flags === 0x02) cursor.u32();
  if (flags !== 0x01) skipConstantExpression(cursor);
  cursor.skip(cursor.u32());
}
