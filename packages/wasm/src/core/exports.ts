/** What does a core module export? (core spec 5.5.10) Beyond the listing limit exports are checked and counted. */
import type { Budget } from "../budget.ts";
import type { Cursor } from "../cursor.ts";
import type { CoreExternKind } from "../inspection.ts";
import { CORE_KINDS } from "./extern.ts";

export interface CoreExport {
  readonly name: string;
  readonly kind: CoreExternKind;
  readonly at: number;
}

export interface CoreExports {
  readonly list: readonly CoreExport[];
  readonly count: number;
  /** Which of the two names that make a module runnable or initialisable it exports as functions. */
  readonly entryPoints: ReadonlySet<string>;
}

/** An empty name, a kind and one byte of index. */
const EXPORT_BYTES_MIN = 3;
/** Conventions of WASI 0.1 modules: a command starts with `_start`, a reactor is set up by `_initialize`. */
const ENTRY_POINTS = new Set(["_start", "_initialize"]);

/** `available` answers how many entries the index space of a kind has. */
export function readExportSection(
  cursor: Cursor,
  budget: Budget,
  keep: boolean,
  available: (kind: CoreExternKind) => number,
): CoreExports {
  const start = cursor.offset;
  const count = cursor.count(EXPORT_BYTES_MIN);
  budget.coreExports(cursor, count, start);
  const list: CoreExport[] = [];
  const entryPoints = new Set<string>();
  const nameMax = budget.limits.export_name_bytes_max;
  const listMax = keep ? budget.limits.exports_listed_max : 0;
  for (let index = 0; index < count; index++) {
    const at = cursor.offset;
    const listed = index < listMax;
    let name = "";
    if (listed || startsLikeEntryPoint(cursor)) name = budget.name(cursor, nameMax);
    else budget.skipName(cursor, nameMax);
    const kind = CORE_KINDS[cursor.u8()];
    if (kind === undefined) cursor.fail("E_IMPORT_KIND", "the kind of an export is unknown", cursor.offset - 1);
    if (cursor.u32() >= available(kind)) cursor.fail("E_INDEX", `an exported ${kind} does not exist`, at);
    if (kind === "func" && ENTRY_POINTS.has(name)) entryPoints.add(name);
    if (listed) list.push({ name, kind, at });
  }
  return { list, count, entryPoints };
}

/** Whether it is worth building the string: the first length byte fits, or is padded and says nothing yet. */
function startsLikeEntryPoint(cursor: Cursor): boolean {
  const length = cursor.peek();
  if (length >= 0x80) return (length & 0x7f) === 6 || (length & 0x7f) === 11;
  return (length === 6 || length === 11) && cursor.bytes[cursor.offset + 1] === 0x5f;
}

export const NO_EXPORTS: CoreExports = { list: [], count: 0, entryPoints: new Set() };
