/** What does an alias stand for? (Component Model Binary.md: `alias`.) */
import type { Budget } from "../budget.ts";
import type { Cursor } from "../cursor.ts";
import {
  isCoreExternSort,
  isExternSort,
  readSort,
  SORT_COMPONENT,
  SORT_CORE_MODULE,
  SORT_CORE_TYPE,
  SORT_TYPE,
  type Sort,
} from "./sorts.ts";

export interface Alias {
  readonly sort: Sort;
  /** Set for `outer`: how many components out, and the index there. */
  readonly outer?: { readonly count: number; readonly index: number };
}

const EXPORT = 0x00;
const CORE_EXPORT = 0x01;
const OUTER = 0x02;

export function skipAlias(cursor: Cursor, budget: Budget): Alias {
  const at = cursor.offset;
  const sort = readSort(cursor);
  const target = cursor.u8();
  if (target === OUTER) {
    const reachable =
      sort === SORT_TYPE || sort === SORT_COMPONENT || sort === SORT_CORE_MODULE || sort === SORT_CORE_TYPE;
    if (!reachable) cursor.fail("E_DEFINITION", "this sort cannot be aliased from outside", at);
    return { sort, outer: { count: cursor.u32(), index: cursor.u32() } };
  }
  if (target !== EXPORT && target !== CORE_EXPORT) {
    cursor.fail("E_DEFINITION", "the target of an alias is unknown", cursor.offset - 1);
  }
  const exportable = target === EXPORT ? isExternSort(sort) : isCoreExternSort(sort);
  if (!exportable) cursor.fail("E_DEFINITION", "this sort is no export of such an instance", at);
  cursor.u32();
  budget.skipName(cursor, budget.limits.export_name_bytes_max);
  return { sort };
}
