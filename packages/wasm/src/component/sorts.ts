/** The sorts of definitions and the descriptions of imports and exports (Component Model Binary.md: `sort`, `externtype`). */
import type { Cursor } from "../cursor.ts";
import type { ComponentExternKind } from "../inspection.ts";
import { skipComponentValType } from "./value-types.ts";

/** A sort byte, or, for the core sorts behind 0x00, their byte plus 0x100. */
export type Sort = number;
export const SORT_TYPE: Sort = 0x03;
export const SORT_COMPONENT: Sort = 0x04;
export const SORT_INSTANCE: Sort = 0x05;
const SORT_VALUE: Sort = 0x02;
const SORT_FUNC: Sort = 0x01;
const SORT_CORE: Sort = 0x100;
export const SORT_CORE_TYPE: Sort = SORT_CORE + 0x10;
export const SORT_CORE_MODULE: Sort = SORT_CORE + 0x11;
const SORT_CORE_INSTANCE: Sort = SORT_CORE + 0x12;

/** Sorts that a component may import or export; a map, because the byte is the file's. */
const EXTERN_KINDS: ReadonlyMap<Sort, ComponentExternKind> = new Map([
  [SORT_CORE_MODULE, "core_module"],
  [SORT_FUNC, "func"],
  [SORT_TYPE, "type"],
  [SORT_COMPONENT, "component"],
  [SORT_INSTANCE, "instance"],
]);

/** What components may import and export: every sort of their own, and core modules. */
export function isExternSort(sort: Sort): boolean {
  return EXTERN_KINDS.has(sort);
}

/** What core modules may import and export: func, table, memory, global, tag. */
export function isCoreExternSort(sort: Sort): boolean {
  return sort >= SORT_CORE && sort <= SORT_CORE + 0x04;
}

/** core:sort: func, table, memory, global, tag, then type, module, instance. */
export function readCoreSort(cursor: Cursor): Sort {
  const sort = SORT_CORE + cursor.u8();
  const known = isCoreExternSort(sort) || (sort >= SORT_CORE_TYPE && sort <= SORT_CORE_INSTANCE);
  if (!known) cursor.fail("E_DEFINITION", "a core sort is unknown", cursor.offset - 1);
  return sort;
}

export function readSort(cursor: Cursor): Sort {
  const sort = cursor.u8();
  if (sort === 0x00) return readCoreSort(cursor);
  if (sort === SORT_VALUE) cursor.refuse("component_values", cursor.offset - 1);
  if (sort > SORT_INSTANCE) cursor.fail("E_DEFINITION", "a sort is unknown", cursor.offset - 1);
  return sort;
}

/** The kind of what a sort lets a component export. */
export function externKind(cursor: Cursor, sort: Sort, at: number): ComponentExternKind {
  const kind = EXTERN_KINDS.get(sort);
  return kind ?? cursor.fail("E_EXTERN_KIND", "this sort cannot be exported", at);
}

export interface ExternType {
  readonly kind: ComponentExternKind;
  /** The type's index; absent on `sub resource`. */
  readonly index?: number;
}

export function readExternType(cursor: Cursor): ExternType {
  const at = cursor.offset;
  const byte = cursor.u8();
  switch (byte) {
    case 0x00:
      if (cursor.u8() !== 0x11) cursor.fail("E_EXTERN_KIND", "of the core kinds only modules may pass", at);
      return { kind: "core_module", index: cursor.u32() };
    case SORT_FUNC:
      return { kind: "func", index: cursor.u32() };
    case SORT_VALUE:
      // The published text has a bound byte here and the tools have none; either way values are not accepted.
      if (cursor.peek() > 0x01) skipComponentValType(cursor);
      return cursor.refuse("component_values", at);
    case SORT_TYPE:
      return readTypeBound(cursor);
    case SORT_COMPONENT:
      return { kind: "component", index: cursor.u32() };
    case SORT_INSTANCE:
      return { kind: "instance", index: cursor.u32() };
    default:
      return cursor.fail("E_EXTERN_KIND", `the kind 0x${byte.toString(16)} is unknown`, at);
  }
}

/** typebound: `eq` a type, or a fresh resource. */
function readTypeBound(cursor: Cursor): ExternType {
  const bound = cursor.u8();
  if (bound === 0x00) return { kind: "type", index: cursor.u32() };
  if (bound === 0x01) return { kind: "type" };
  return cursor.fail("E_EXTERN_KIND", "a type bound is neither eq nor sub resource", cursor.offset - 1);
}
