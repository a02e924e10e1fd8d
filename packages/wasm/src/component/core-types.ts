/** Core types and module types inside a component (Component Model Binary.md: `core:type`). */
import type { Budget } from "../budget.ts";
import { coreKind, skipExternType } from "../core/extern.ts";
import { skipRecType, skipSubType } from "../core/types.ts";
import type { Cursor } from "../cursor.ts";

const MODULE_TYPE = 0x50;

/** 0x50 starts a module type here, so an open subtype is written 0x00 0x50. */
export function skipCoreType(cursor: Cursor, budget: Budget): void {
  const lead = cursor.peek();
  if (lead === MODULE_TYPE) {
    budget.types(cursor, 1, cursor.offset);
    cursor.offset += 1;
    skipModuleType(cursor, budget);
    return;
  }
  if (lead === 0x00) {
    budget.types(cursor, 1, cursor.offset);
    cursor.offset += 1;
    if (cursor.u8() !== MODULE_TYPE) cursor.fail("E_TYPE", "a core type is unknown", cursor.offset - 1);
    skipSubType(cursor, MODULE_TYPE);
    return;
  }
  skipRecType(cursor, budget);
}

function skipModuleType(cursor: Cursor, budget: Budget): void {
  const count = cursor.count(2);
  budget.types(cursor, count, cursor.offset);
  for (let index = 0; index < count; index++) skipModuleDeclaration(cursor, budget);
}

function skipModuleDeclaration(cursor: Cursor, budget: Budget): void {
  const at = cursor.offset;
  const nameMax = budget.limits.export_name_bytes_max;
  switch (cursor.u8()) {
    case 0x00:
      budget.skipName(cursor, nameMax);
      budget.skipName(cursor, nameMax);
      skipKindAndType(cursor);
      return;
    case 0x01:
      // A module type may hold core types but no module types, so this nests one level deep.
      if (cursor.peek() === MODULE_TYPE) cursor.fail("E_TYPE", "module types do not nest");
      skipCoreType(cursor, budget);
      return;
    case 0x02:
      skipOuterCoreAlias(cursor);
      return;
    case 0x03:
      budget.skipName(cursor, nameMax);
      skipKindAndType(cursor);
      return;
    default:
      cursor.fail("E_TYPE", "a declaration in a module type is unknown", at);
  }
}

function skipKindAndType(cursor: Cursor): void {
  const byte = cursor.u8();
  coreKind(cursor, byte);
  skipExternType(cursor, byte);
}

/** core:alias: sort type (0x10), target outer (0x01), how far out, which one. */
function skipOuterCoreAlias(cursor: Cursor): void {
  if (cursor.u8() !== 0x10) cursor.fail("E_TYPE", "a module type aliases what is not a type", cursor.offset - 1);
  if (cursor.u8() !== 0x01) cursor.fail("E_TYPE", "a module type aliases what is not outside it", cursor.offset - 1);
  cursor.u32();
  cursor.u32();
}
