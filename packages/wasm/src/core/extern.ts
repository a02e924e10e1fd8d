/** The kinds of core imports and exports and the descriptions that follow them (core spec 5.5.5, 5.5.10). */
import type { Cursor } from "../cursor.ts";
import type { CoreExternKind } from "../inspection.ts";
import { skipGlobalType, skipLimits, skipTableType, skipTagType } from "./types.ts";

export const CORE_KINDS: readonly CoreExternKind[] = ["func", "table", "memory", "global", "tag"];
/** `func` with an exact type (custom descriptors proposal). */
const EXACT_FUNC = 0x20;

export function coreKind(cursor: Cursor, byte: number): CoreExternKind {
  const kind = CORE_KINDS[byte];
  if (kind !== undefined) return kind;
  if (byte === EXACT_FUNC) return "func";
  return cursor.fail("E_IMPORT_KIND", `the kind 0x${byte.toString(16)} is unknown`, cursor.offset - 1);
}

/** The type behind a kind byte that has been read. */
export function skipExternType(cursor: Cursor, byte: number): void {
  switch (byte) {
    case 0x00:
    case EXACT_FUNC:
      cursor.u32();
      return;
    case 0x01:
      skipTableType(cursor);
      return;
    case 0x02:
      skipLimits(cursor, true);
      return;
    case 0x03:
      skipGlobalType(cursor);
      return;
    default:
      skipTagType(cursor);
  }
}
