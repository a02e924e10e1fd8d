/**
 * What does a core module import? (core spec 5.5.5). The compact encodings of the compact-imports proposal are decoded
 * before they are refused, so that the refusal is about the proposal and not about whatever a reader that lost its
 * place would find next.
 */
import type { Budget } from "../budget.ts";
import type { Cursor } from "../cursor.ts";
import type { CoreExternKind } from "../inspection.ts";
import { CORE_KINDS, coreKind, skipExternType } from "./extern.ts";

export interface CoreImport {
  readonly module: string;
  readonly field: string;
  readonly kind: CoreExternKind;
  readonly at: number;
}

export interface CoreImports {
  /** In file order; empty when the caller asked for names only. */
  readonly list: CoreImport[];
  /** Distinct module names in order of appearance. */
  readonly modules: Set<string>;
  /** How many imports there are, and how many of each kind. */
  readonly count: number;
  readonly byKind: ReadonlyMap<CoreExternKind, number>;
}

const COMPACT_BY_NAME = 0x7f;
const COMPACT_BY_TYPE = 0x7e;
/** Two empty names, a kind and one byte of type. */
const IMPORT_BYTES_MIN = 4;

export function readImportSection(cursor: Cursor, budget: Budget, keep: boolean): CoreImports {
  const start = cursor.offset;
  const count = cursor.count(IMPORT_BYTES_MIN);
  budget.coreImports(cursor, count, start);
  const list: CoreImport[] = [];
  const modules = new Set<string>();
  const byKind = new Map<CoreExternKind, number>();
  const nameMax = budget.limits.import_name_bytes_max;
  let module = "";
  let moduleAt = 0;
  let moduleBytes = 0;
  for (let index = 0; index < count; index++) {
    const at = cursor.offset;
    if (moduleBytes === 0 || !cursor.skipRepeated(moduleAt, moduleBytes)) {
      module = budget.name(cursor, nameMax);
      moduleAt = at;
      moduleBytes = cursor.offset - at;
      modules.add(module);
    }
    let field = "";
    if (keep) field = budget.name(cursor, nameMax);
    else budget.skipName(cursor, nameMax);
    const byte = cursor.u8();
    if (byte === COMPACT_BY_NAME || byte === COMPACT_BY_TYPE) refuseCompact(cursor, budget, byte, at);
    const kind = coreKind(cursor, byte);
    skipExternType(cursor, byte);
    byKind.set(kind, (byKind.get(kind) ?? 0) + 1);
    if (keep) list.push({ module, field, kind, at });
  }
  return { list, modules, count, byKind };
}

/** compact-imports: 0x7F vec(name, type) or 0x7E type vec(name). Malformed ones are refused as malformed. */
function refuseCompact(cursor: Cursor, budget: Budget, form: number, at: number): never {
  const nameMax = budget.limits.import_name_bytes_max;
  const skipType = () => {
    const byte = cursor.u8();
    coreKind(cursor, byte);
    skipExternType(cursor, byte);
  };
  if (form === COMPACT_BY_TYPE) skipType();
  const count = cursor.count(form === COMPACT_BY_TYPE ? 1 : 3);
  budget.coreImports(cursor, count, at);
  for (let index = 0; index < count; index++) {
    budget.skipName(cursor, nameMax);
    if (form === COMPACT_BY_NAME) skipType();
  }
  return cursor.refuse("compact_imports", at);
}

export function emptyImports(): CoreImports {
  return { list: [], modules: new Set(), count: 0, byKind: new Map(CORE_KINDS.map((kind) => [kind, 0])) };
}
