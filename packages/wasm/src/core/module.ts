/**
 * Reads one core module, section by section (core spec 5.5): order, uniqueness, imports, exports, and that every other
 * section is as long as its entries. Instructions are left alone.
 */
import type { Budget } from "../budget.ts";
import type { Cursor } from "../cursor.ts";
import { type CustomSection, readCustomSection, skipCustomSection } from "../custom.ts";
import type { CoreExternKind } from "../inspection.ts";
import { finishSection, nextSection, type Section } from "../sections.ts";
import { skipFunctionBody } from "./code.ts";
import { type CoreExports, NO_EXPORTS, readExportSection } from "./exports.ts";
import { type CoreImports, emptyImports, readImportSection } from "./imports.ts";
import { skipDataSegment, skipElementSegment, skipGlobal, skipTable } from "./segments.ts";
import { skipLimits, skipTagType, skipTypeSection } from "./types.ts";

const CUSTOM = 0;
/** Rank of each section id in the prescribed order (5.5.15), which is not the order of the ids. */
const RANK: readonly number[] = rankById([1, 2, 3, 4, 5, 13, 6, 7, 8, 9, 12, 10, 11]);

function rankById(order: readonly number[]): readonly number[] {
  const ranks = new Array<number>(order.length + 1).fill(0);
  order.forEach((id, index) => {
    ranks[id] = index + 1;
  });
  return ranks;
}

export interface CoreModule {
  readonly imports: CoreImports;
  readonly exports: CoreExports;
}

/** What the sections say about each other. */
interface State {
  imports: CoreImports;
  exports: CoreExports;
  /** Entries of each index space that this module defines itself. */
  readonly defined: Map<CoreExternKind, number>;
  bodies: number;
  dataCount: number | undefined;
  dataSegments: number;
  start: { readonly index: number; readonly at: number } | undefined;
}

/**
 * `cursor` stands behind the preamble and ends with the module. `keep` asks for lists of imports and exports;
 * `onCustom`, when given, is shown every custom section.
 */
export function readCoreModule(
  cursor: Cursor,
  budget: Budget,
  keep: boolean,
  onCustom?: (custom: CustomSection) => void,
): CoreModule {
  const state: State = {
    imports: emptyImports(),
    exports: NO_EXPORTS,
    defined: new Map(),
    bodies: 0,
    dataCount: undefined,
    dataSegments: 0,
    start: undefined,
  };
  let rank = 0;
  for (let section = nextSection(cursor, budget); section !== undefined; section = nextSection(cursor, budget)) {
    if (section.id === CUSTOM) {
      if (onCustom === undefined) skipCustomSection(section.contents, budget);
      else onCustom(readCustomSection(section.contents, budget, section.at));
      continue;
    }
    const here = RANK[section.id];
    if (here === undefined) cursor.fail("E_SECTION_ID", `a core section has id ${section.id}`, section.at);
    if (here <= rank) cursor.fail("E_SECTION_ORDER", `section ${section.id} comes twice or too late`, section.at);
    rank = here;
    readSection(section, budget, state, keep);
    finishSection(section);
  }
  checkAgreement(cursor, state);
  return { imports: state.imports, exports: state.exports };
}

function readSection(section: Section, budget: Budget, state: State, keep: boolean): void {
  const { contents, id } = section;
  const define = (kind: CoreExternKind, entryBytesMin: number, skip: (cursor: Cursor) => void) => {
    state.defined.set(kind, entries(contents, entryBytesMin, skip));
  };
  switch (id) {
    case 1:
      skipTypeSection(contents, budget);
      return;
    case 2:
      state.imports = readImportSection(contents, budget, keep);
      return;
    case 3:
      define("func", 1, (cursor) => cursor.u32());
      return;
    case 4:
      define("table", 3, skipTable);
      return;
    case 5:
      define("memory", 2, (cursor) => skipLimits(cursor, true));
      return;
    case 6:
      define("global", 3, skipGlobal);
      return;
    case 7:
      state.exports = readExportSection(contents, budget, keep, (kind) => available(state, kind));
      return;
    case 8: {
      const at = contents.offset;
      state.start = { index: contents.u32(), at };
      return;
    }
    case 9:
      entries(contents, 2, skipElementSegment);
      return;
    case 10:
      state.bodies = entries(contents, 3, skipFunctionBody);
      return;
    case 11:
      state.dataSegments = entries(contents, 2, skipDataSegment);
      return;
    case 12:
      state.dataCount = contents.u32();
      return;
    default:
      define("tag", 2, skipTagType);
  }
}

function entries(cursor: Cursor, entryBytesMin: number, skip: (cursor: Cursor) => void): number {
  const count = cursor.count(entryBytesMin);
  for (let index = 0; index < count; index++) skip(cursor);
  return count;
}

function available(state: State, kind: CoreExternKind): number {
  return (state.imports.byKind.get(kind) ?? 0) + (state.defined.get(kind) ?? 0);
}

function checkAgreement(cursor: Cursor, state: State): void {
  // 5.5.15: as many bodies as declared functions; as many data segments as announced, when announced.
  const functions = state.defined.get("func") ?? 0;
  if (functions !== state.bodies) {
    cursor.fail("E_COUNT", `${functions} functions are declared and ${state.bodies} have a body`);
  }
  if (state.dataCount !== undefined && state.dataCount !== state.dataSegments) {
    cursor.fail("E_COUNT", `${state.dataCount} data segments are announced and ${state.dataSegments} are there`);
  }
  const { start } = state;
  if (start !== undefined && start.index >= available(state, "func")) {
    cursor.fail("E_INDEX", "the start function does not exist", start.at);
  }
}
