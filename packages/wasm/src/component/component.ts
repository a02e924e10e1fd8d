/**
 * Reads one component, section by section, in any order and number (Component Model Binary.md: `component`), and walks
 * into the binaries nested in it. Index spaces are followed as far as imported instances need: types and instances.
 */
import type { Budget } from "../budget.ts";
import type { Cursor } from "../cursor.ts";
import { type CustomSection, readCustomSection, skipCustomSection } from "../custom.ts";
import type { ComponentExternKind } from "../inspection.ts";
import { finishSection, nextSection, type Section } from "../sections.ts";
import { skipAlias } from "./aliases.ts";
import { type AttributedName, checkImplements, checkUnique, readAttributedName } from "./attributes.ts";
import { skipCanonical } from "./canonicals.ts";
import { skipCoreType } from "./core-types.ts";
import { skipCoreInstance, skipInstance } from "./instances.ts";
import { type ExternType, externKind, readExternType, readSort, SORT_INSTANCE, SORT_TYPE } from "./sorts.ts";
import { OTHER_TYPE, readDefinedType, type TypeEntry, UNRESOLVED_TYPE } from "./types.ts";

export interface ComponentImport {
  readonly name: AttributedName;
  readonly kind: ComponentExternKind;
  /** Of an instance, its type. */
  readonly type: TypeEntry;
}

export interface ComponentExport {
  readonly name: AttributedName;
  readonly kind: ComponentExternKind;
  /** Of a type, what it is. */
  readonly type: TypeEntry;
}

export interface Component {
  readonly imports: ComponentImport[];
  readonly exports: ComponentExport[];
  /** True when nothing but types, exports and custom sections was there. */
  readonly onlyTypes: boolean;
}

/** What the reader of a component asks of its surroundings. */
export interface Surroundings {
  readonly budget: Budget;
  /** Components around this one. */
  readonly depth: number;
  /** Reads a nested binary; the cursor is a window on the whole of it, preamble included. */
  readonly readNested: (contents: Cursor, kind: "module" | "component", index: number) => void;
  readonly onCustom?: (custom: CustomSection) => void;
}

interface State extends Component {
  onlyTypes: boolean;
  readonly around: Surroundings;
  readonly types: TypeEntry[];
  readonly instances: TypeEntry[];
  readonly importKeys: Set<string>;
  readonly exportKeys: Set<string>;
  modules: number;
  components: number;
}

/** `cursor` stands behind the preamble and ends with the component. */
export function readComponent(cursor: Cursor, around: Surroundings): Component {
  const state: State = {
    imports: [],
    exports: [],
    onlyTypes: true,
    around,
    types: [],
    instances: [],
    importKeys: new Set(),
    exportKeys: new Set(),
    modules: 0,
    components: 0,
  };
  const { budget, onCustom } = around;
  for (let section = nextSection(cursor, budget); section !== undefined; section = nextSection(cursor, budget)) {
    if (section.id === 0) {
      if (onCustom === undefined) skipCustomSection(section.contents, budget);
      else onCustom(readCustomSection(section.contents, budget, section.at));
      continue;
    }
    if (section.id !== TYPE_SECTION && section.id !== EXPORT_SECTION) state.onlyTypes = false;
    readSection(section, state);
    finishSection(section);
  }
  const { imports, exports, onlyTypes } = state;
  return { imports, exports, onlyTypes };
}

const TYPE_SECTION = 7;
const EXPORT_SECTION = 11;

function readSection(section: Section, state: State): void {
  const { contents, id, at } = section;
  const { budget, depth, readNested } = state.around;
  const each = (read: () => void) => forEachEntry(contents, budget, read);
  switch (id) {
    case 1:
      readNested(contents, "module", state.modules++);
      return;
    case 2:
      each(() => skipCoreInstance(contents, budget));
      return;
    case 3:
      each(() => skipCoreType(contents, budget));
      return;
    case 4:
      readNested(contents, "component", state.components++);
      return;
    case 5:
      each(() => {
        skipInstance(contents, budget);
        state.instances.push(UNRESOLVED_TYPE);
      });
      return;
    case 6:
      each(() => readAlias(contents, state));
      return;
    case TYPE_SECTION:
      each(() => state.types.push(readDefinedType(contents, budget, depth)));
      return;
    case 8:
      each(() => skipCanonical(contents, budget));
      return;
    case 9:
      contents.refuse("component_start", at);
      return;
    case 10:
      each(() => readImport(contents, state));
      return;
    case EXPORT_SECTION:
      each(() => readExport(contents, state));
      return;
    case 12:
      contents.refuse("component_values", at);
      return;
    default:
      contents.fail("E_SECTION_ID", `a component section has id ${id}`, at);
  }
}

/** A section is a vector; every entry of every kind takes at least one byte. */
function forEachEntry(cursor: Cursor, budget: Budget, read: () => void): void {
  const at = cursor.offset;
  const count = cursor.count(1);
  budget.types(cursor, count, at);
  for (let index = 0; index < count; index++) read();
}

function readAlias(cursor: Cursor, state: State): void {
  const at = cursor.offset;
  const { sort, outer } = skipAlias(cursor, state.around.budget);
  if (outer !== undefined && outer.count > state.around.depth) {
    cursor.fail("E_INDEX", "an alias reaches out of the outermost component", at);
  }
  if (sort === SORT_INSTANCE) state.instances.push(UNRESOLVED_TYPE);
  if (sort !== SORT_TYPE) return;
  // An alias to an enclosing component, or to an export of an instance, is not followed.
  state.types.push(outer?.count === 0 ? typeAt(cursor, state, outer.index, at) : UNRESOLVED_TYPE);
}

function typeAt(cursor: Cursor, state: State, index: number, at: number): TypeEntry {
  return state.types[index] ?? cursor.fail("E_INDEX", `type ${index} does not exist`, at);
}

function instanceAt(cursor: Cursor, state: State, index: number, at: number): TypeEntry {
  return state.instances[index] ?? cursor.fail("E_INDEX", `instance ${index} does not exist`, at);
}

/** The entry that an import or export of this description adds to the index spaces. */
function describedType(cursor: Cursor, state: State, described: ExternType, at: number): TypeEntry {
  const { kind, index } = described;
  if (index === undefined || kind === "core_module") return OTHER_TYPE;
  const type = typeAt(cursor, state, index, at);
  const wanted = kind === "instance" || kind === "component" ? kind : undefined;
  if (wanted !== undefined && type.form !== wanted && type.form !== "unresolved") {
    cursor.fail("E_TYPE", `type ${index} is not the type of ${kind === "instance" ? "an" : "a"} ${kind}`, at);
  }
  return type;
}

function define(state: State, kind: ComponentExternKind, type: TypeEntry): void {
  if (kind === "type") state.types.push(type);
  if (kind === "instance") state.instances.push(type);
}

function readImport(cursor: Cursor, state: State): void {
  const at = cursor.offset;
  const { budget } = state.around;
  budget.componentImport(cursor, state.imports.length, at);
  const name = readAttributedName(cursor, budget, budget.limits.import_name_bytes_max);
  const described = readExternType(cursor);
  checkImplements(cursor, name, described.kind === "instance");
  checkUnique(cursor, state.importKeys, name);
  const type = describedType(cursor, state, described, at);
  define(state, described.kind, type);
  state.imports.push({ name, kind: described.kind, type });
}

function readExport(cursor: Cursor, state: State): void {
  const at = cursor.offset;
  const { budget } = state.around;
  budget.componentExport(cursor, at);
  const name = readAttributedName(cursor, budget, budget.limits.export_name_bytes_max);
  const sort = readSort(cursor);
  const kind = externKind(cursor, sort, at);
  const index = cursor.u32();
  const ascribed = readAscription(cursor);
  if (ascribed !== undefined && ascribed.kind !== kind) {
    cursor.fail("E_EXTERN_KIND", "an export is described as another kind than it has", at);
  }
  checkImplements(cursor, name, kind === "instance");
  checkUnique(cursor, state.exportKeys, name);
  let type: TypeEntry = OTHER_TYPE;
  if (kind === "type") type = typeAt(cursor, state, index, at);
  if (kind === "instance") type = instanceAt(cursor, state, index, at);
  if (ascribed !== undefined) type = describedType(cursor, state, ascribed, at);
  define(state, kind, type);
  state.exports.push({ name, kind, type });
}

function readAscription(cursor: Cursor): ExternType | undefined {
  const present = cursor.u8();
  if (present > 0x01) cursor.fail("E_EXTERN_KIND", "an optional type is neither there nor absent", cursor.offset - 1);
  return present === 0x01 ? readExternType(cursor) : undefined;
}
