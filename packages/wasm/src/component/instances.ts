/** Are instance definitions well-formed? (Component Model Binary.md: `core:instance`, `instance`.) */
import type { Budget } from "../budget.ts";
import type { Cursor } from "../cursor.ts";
import { skipAttributedName } from "./attributes.ts";
import { isCoreExternSort, isExternSort, readCoreSort, readSort } from "./sorts.ts";

const INSTANTIATE = 0x00;
const FROM_EXPORTS = 0x01;
const CORE_INSTANCE_ARGUMENT = 0x12;

export function skipCoreInstance(cursor: Cursor, budget: Budget): void {
  const nameMax = budget.limits.export_name_bytes_max;
  const form = cursor.u8();
  if (form === INSTANTIATE) {
    cursor.u32();
    const count = cursor.count(3);
    budget.types(cursor, count, cursor.offset);
    for (let index = 0; index < count; index++) {
      budget.skipName(cursor, nameMax);
      if (cursor.u8() !== CORE_INSTANCE_ARGUMENT) {
        cursor.fail("E_DEFINITION", "a core instance takes instances only", cursor.offset - 1);
      }
      cursor.u32();
    }
    return;
  }
  if (form !== FROM_EXPORTS) cursor.fail("E_DEFINITION", "a core instance is unknown", cursor.offset - 1);
  const count = cursor.count(3);
  budget.types(cursor, count, cursor.offset);
  for (let index = 0; index < count; index++) {
    budget.skipName(cursor, nameMax);
    if (!isCoreExternSort(readCoreSort(cursor))) {
      cursor.fail("E_DEFINITION", "no core instance exports this sort", cursor.offset - 1);
    }
    cursor.u32();
  }
}

export function skipInstance(cursor: Cursor, budget: Budget): void {
  const nameMax = budget.limits.export_name_bytes_max;
  const form = cursor.u8();
  if (form !== INSTANTIATE && form !== FROM_EXPORTS) {
    cursor.fail("E_DEFINITION", "an instance is unknown", cursor.offset - 1);
  }
  if (form === INSTANTIATE) cursor.u32();
  const count = cursor.count(3);
  budget.types(cursor, count, cursor.offset);
  for (let index = 0; index < count; index++) {
    // Arguments have bare names, inline exports have attributes.
    if (form === INSTANTIATE) budget.skipName(cursor, nameMax);
    else skipAttributedName(cursor, budget, nameMax);
    const sortAt = cursor.offset;
    if (!isExternSort(readSort(cursor))) cursor.fail("E_DEFINITION", "no instance takes or exports this sort", sortAt);
    cursor.u32();
  }
}
