/** Which proposals do the sections other than code need? One function a section, in the order of the core spec, 5.5. */
import { skipGlobalType, skipLimits, skipRecType, skipRefType, skipTableType, skipTagType } from "../core/types.ts";
import type { Cursor } from "../cursor.ts";
import { constantExpression } from "./expressions.ts";
import { BIT, FeatureBits } from "./feature-bits.ts";

/** What the sections of one module say about each other. */
export class ModuleFeatures extends FeatureBits {
  memories = 0;
  tables = 0;
  readonly importedGlobals: boolean[] = [];
  /** 1 for each defined global that is mutable. */
  definedGlobals = new Uint8Array(0);

  addMemory(cursor: Cursor): void {
    skipLimits(cursor, true, this);
    this.memories += 1;
    if (this.memories > 1) this.bits |= BIT.multi_memory;
  }

  addTable(cursor: Cursor): void {
    skipTableType(cursor, this);
    this.tables += 1;
    if (this.tables > 1) this.bits |= BIT.reference_types;
  }

  isMutable(global: number): boolean {
    const imported = this.importedGlobals.length;
    return global < imported ? this.importedGlobals[global] === true : this.definedGlobals[global - imported] === 1;
  }
}

export type ScanEntries = (cursor: Cursor, module: ModuleFeatures) => void;

function entries(cursor: Cursor, entryBytesMin: number, scan: () => void): void {
  for (let left = cursor.count(entryBytesMin); left > 0; left--) scan();
}

export const scanTypes: ScanEntries = (cursor, module) =>
  entries(cursor, 2, () => skipRecType(cursor, undefined, module));

export const scanImports: ScanEntries = (cursor, module) =>
  entries(cursor, 4, () => {
    const at = cursor.offset;
    cursor.skip(cursor.u32());
    cursor.skip(cursor.u32());
    scanImport(cursor, module, at);
  });

function scanImport(cursor: Cursor, module: ModuleFeatures, at: number): void {
  const kind = cursor.u8();
  switch (kind) {
    case 0x20: // exactly this function type
      module.bits |= BIT.custom_descriptors;
      cursor.u32();
      return;
    case 0x00:
      cursor.u32();
      return;
    case 0x01:
      module.addTable(cursor);
      return;
    case 0x02:
      module.addMemory(cursor);
      return;
    case 0x03: {
      const mutable = skipGlobalType(cursor, module);
      module.importedGlobals.push(mutable);
      if (mutable) module.bits |= BIT.mutable_globals;
      return;
    }
    case 0x04:
      skipTagType(cursor, module);
      return;
    case 0x7e:
    case 0x7f:
      cursor.refuse("compact_imports", at);
      break;
    default:
      cursor.fail("E_IMPORT_KIND", `0x${kind.toString(16)} is not a kind of import`, cursor.offset - 1);
  }
}

export const scanTables: ScanEntries = (cursor, module) =>
  entries(cursor, 3, () => {
    const initialised = cursor.peek() === 0x40;
    if (initialised) {
      // 0x40 0x00 announces an initial value (function references).
      module.bits |= BIT.function_references;
      cursor.skip(2);
    }
    module.addTable(cursor);
    if (initialised) constantExpression(cursor, module, module.importedGlobals.length);
  });

export const scanMemories: ScanEntries = (cursor, module) => entries(cursor, 2, () => module.addMemory(cursor));

export const scanTags: ScanEntries = (cursor, module) => entries(cursor, 2, () => skipTagType(cursor, module));

export const scanGlobals: ScanEntries = (cursor, module) => {
  const count = cursor.count(3);
  module.definedGlobals = new Uint8Array(count);
  for (let index = 0; index < count; index++) {
    if (skipGlobalType(cursor, module)) module.definedGlobals[index] = 1;
    constantExpression(cursor, module, module.importedGlobals.length);
  }
};

const EXPORTED_GLOBAL = 0x03;

export const scanExports: ScanEntries = (cursor, module) =>
  entries(cursor, 3, () => {
    cursor.skip(cursor.u32());
    const kind = cursor.u8();
    const index = cursor.u32();
    if (kind === EXPORTED_GLOBAL && module.isMutable(index)) module.bits |= BIT.mutable_globals;
  });

const PASSIVE_OR_DECLARED = 0x01;
const EXPLICIT_INDEX_OR_DECLARED = 0x02;
const EXPRESSIONS = 0x04;
const FUNC_REF = 0x70;

/** Element section (5.5.12). Before bulk memory, the flags were the index of the only table: zero. */
export const scanElements: ScanEntries = (cursor, module) =>
  entries(cursor, 2, () => {
    const at = cursor.offset;
    const flags = cursor.u32();
    if (flags > 0x07) cursor.fail("E_TYPE", "the flags of an element segment are unknown", at);
    if (flags !== 0) module.bits |= BIT.bulk_memory;
    const active = (flags & PASSIVE_OR_DECLARED) === 0;
    const marked = (flags & EXPLICIT_INDEX_OR_DECLARED) !== 0;
    if (!active && marked) module.bits |= BIT.reference_types;
    if (active && marked && cursor.u32() !== 0) module.bits |= BIT.reference_types;
    if (active) constantExpression(cursor, module, module.importedGlobals.length);
    const typed = !active || marked;
    if ((flags & EXPRESSIONS) === 0) {
      if (typed) cursor.u8();
      entries(cursor, 1, () => cursor.u32());
    } else {
      // A segment of funcref is as old as passive segments.
      if (typed && cursor.peek() === FUNC_REF) cursor.offset += 1;
      else if (typed) skipRefType(cursor, module);
      entries(cursor, 1, () => constantExpression(cursor, module, module.importedGlobals.length));
    }
  });

/** Data section (5.5.14): active in memory 0, passive, or active in a memory that is named. */
export const scanData: ScanEntries = (cursor, module) =>
  entries(cursor, 2, () => {
    const at = cursor.offset;
    const flags = cursor.u32();
    if (flags > 0x02) cursor.fail("E_TYPE", "the flags of a data segment are unknown", at);
    if (flags !== 0) module.bits |= BIT.bulk_memory;
    if (flags === 0x02 && cursor.u32() !== 0) module.bits |= BIT.multi_memory;
    if (flags !== 0x01) constantExpression(cursor, module, module.importedGlobals.length);
    cursor.skip(cursor.u32());
  });

/** Data count section (5.5.16): there only for the instructions of bulk memory. */
export const scanDataCount: ScanEntries = (cursor, module) => {
  module.bits |= BIT.bulk_memory;
  cursor.u32();
};
