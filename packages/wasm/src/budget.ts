/**
 * How much of one file has been read? Every counter runs over the whole file, nested binaries included, so that cost
 * is bounded by the file and not by how it is folded.
 */
import type { Cursor } from "./cursor.ts";
import type { WasmErrorCode } from "./errors.ts";
import type { Warning, WarningCode } from "./inspection.ts";
import { LIMITS, type LimitName, type Limits } from "./limits.ts";

export class Budget {
  readonly limits: Limits;
  readonly warnings: Warning[] = [];
  private sectionCount = 0;
  private nestedCount = 0;
  private coreImportCount = 0;
  private componentImportCount = 0;
  private coreExportCount = 0;
  private componentExportCount = 0;
  private memberCount = 0;
  private typeCount = 0;
  private stringBytes = 0;

  constructor(limits: Limits) {
    this.limits = limits;
  }

  section(cursor: Cursor, at: number): void {
    this.sectionCount += 1;
    if (this.sectionCount > this.limits.sections_max) over(cursor, "E_LIMIT_SECTIONS", "sections", at);
  }

  nested(cursor: Cursor, depth: number, at: number): void {
    this.depth(cursor, depth, at);
    this.nestedCount += 1;
    if (this.nestedCount > this.limits.nested_binaries_max) over(cursor, "E_LIMIT_NESTED", "nested binaries", at);
  }

  depth(cursor: Cursor, depth: number, at: number): void {
    if (depth > this.limits.depth_max) over(cursor, "E_LIMIT_DEPTH", "levels of nesting", at);
  }

  coreImports(cursor: Cursor, count: number, at: number): void {
    this.coreImportCount += count;
    if (this.coreImportCount > this.limits.core_imports_max) over(cursor, "E_LIMIT_IMPORTS", "core imports", at);
  }

  /** `own` counts the imports of this component so far. */
  componentImport(cursor: Cursor, own: number, at: number): void {
    this.componentImportCount += 1;
    const { component_imports_max, component_imports_total_max } = this.limits;
    if (own >= component_imports_max || this.componentImportCount > component_imports_total_max) {
      over(cursor, "E_LIMIT_IMPORTS", "component imports", at);
    }
  }

  coreExports(cursor: Cursor, count: number, at: number): void {
    this.coreExportCount += count;
    if (this.coreExportCount > this.limits.exports_max) over(cursor, "E_LIMIT_EXPORTS", "core exports", at);
  }

  componentExport(cursor: Cursor, at: number): void {
    this.componentExportCount += 1;
    const max = this.limits.component_exports_total_max;
    if (this.componentExportCount > max) over(cursor, "E_LIMIT_EXPORTS", "component exports", at);
  }

  /** A member of an imported instance type, or one that is listed a second time for another import. */
  members(cursor: Cursor, count: number, at: number): void {
    this.memberCount += count;
    if (this.memberCount > this.limits.interface_members_max) over(cursor, "E_LIMIT_TYPES", "members", at);
  }

  types(cursor: Cursor, count: number, at: number): void {
    this.typeCount += count;
    if (this.typeCount > this.limits.type_entries_max) over(cursor, "E_LIMIT_TYPES", "type entries", at);
  }

  /** A name that will be kept. */
  name(cursor: Cursor, bytesMax: number): string {
    const at = cursor.offset;
    const text = cursor.name(bytesMax);
    this.strings(cursor, cursor.offset - at, at);
    return text;
  }

  /** A name that is only checked. */
  skipName(cursor: Cursor, bytesMax: number): void {
    const at = cursor.offset;
    this.strings(cursor, cursor.skipName(bytesMax), at);
  }

  warn(code: WarningCode, at: number, path: string): void {
    this.warnings.push({ code, at, path });
  }

  private strings(cursor: Cursor, bytes: number, at: number): void {
    this.stringBytes += bytes;
    if (this.stringBytes > this.limits.strings_bytes_max) over(cursor, "E_LIMIT_STRINGS", "bytes of names", at);
  }
}

function over(cursor: Cursor, code: WasmErrorCode, what: string, at: number): never {
  return cursor.fail(code, `more ${what} than the limit`, at);
}

/** Limits may be lowered; a higher or senseless figure is a mistake of the caller. */
export function lowerLimits(wanted: Partial<Limits> = {}): Limits {
  const result: { -readonly [name in LimitName]: number } = { ...LIMITS };
  for (const name of Object.keys(LIMITS) as LimitName[]) {
    const value = Object.hasOwn(wanted, name) ? wanted[name] : undefined;
    if (value === undefined) continue;
    if (!Number.isSafeInteger(value) || value < 0 || value > LIMITS[name]) {
      throw new RangeError(`${name} must be a whole number from 0 to ${LIMITS[name]}`);
    }
    result[name] = value;
  }
  return result;
}
