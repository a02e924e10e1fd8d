/**
 * What does a type definition of a component say, as far as the surface needs it? (Component Model Binary.md:
 * `deftype`, `componenttype`, `instancetype`.) Of an instance type the place of its declarations is kept, so that the
 * functions of those few that are imported can be read later; of all others only the form.
 */
import type { Budget } from "../budget.ts";
import type { Cursor } from "../cursor.ts";
import { skipAlias } from "./aliases.ts";
import { skipAttributedName } from "./attributes.ts";
import { skipCoreType } from "./core-types.ts";
import { readExternType } from "./sorts.ts";
import { skipDefinedValType, skipFuncType } from "./value-types.ts";

export interface InstanceType {
  readonly form: "instance";
  /** Offset of its vector of declarations. */
  readonly start: number;
}

/** `unresolved` is a type behind an alias that this reader does not follow. */
export type TypeEntry = InstanceType | { readonly form: "component" | "other" | "unresolved" };

export const COMPONENT_TYPE: TypeEntry = { form: "component" };
export const OTHER_TYPE: TypeEntry = { form: "other" };
export const UNRESOLVED_TYPE: TypeEntry = { form: "unresolved" };

export function readDefinedType(cursor: Cursor, budget: Budget, depth: number): TypeEntry {
  const at = cursor.offset;
  budget.types(cursor, 1, at);
  const lead = cursor.u8();
  switch (lead) {
    case 0x3f:
      skipResourceType(cursor);
      return OTHER_TYPE;
    case 0x40:
    case 0x43:
      skipFuncType(cursor, budget);
      return OTHER_TYPE;
    case 0x41:
      budget.depth(cursor, depth + 1, at);
      skipDeclarations(cursor, budget, depth + 1, true);
      return COMPONENT_TYPE;
    case 0x42: {
      budget.depth(cursor, depth + 1, at);
      const start = cursor.offset;
      skipDeclarations(cursor, budget, depth + 1, false);
      return { form: "instance", start };
    }
    default:
      skipDefinedValType(cursor, budget, lead);
      return OTHER_TYPE;
  }
}

/** resourcetype: its representation (i32 or i64) and an optional destructor. */
function skipResourceType(cursor: Cursor): void {
  const representation = cursor.u8();
  if (representation !== 0x7f && representation !== 0x7e) {
    cursor.fail("E_TYPE", "a resource is represented by neither i32 nor i64", cursor.offset - 1);
  }
  const destructor = cursor.u8();
  if (destructor > 0x01) cursor.fail("E_TYPE", "an optional destructor is unknown", cursor.offset - 1);
  if (destructor === 0x01) cursor.u32();
}

function skipDeclarations(cursor: Cursor, budget: Budget, depth: number, component: boolean): void {
  const count = cursor.count(2);
  for (let index = 0; index < count; index++) skipDeclaration(cursor, budget, depth, component);
}

export const EXPORT_DECLARATION = 0x04;
const IMPORT_DECLARATION = 0x03;

/** instancedecl, and in component types importdecl too. */
export function skipDeclaration(cursor: Cursor, budget: Budget, depth: number, component: boolean): void {
  const at = cursor.offset;
  const lead = cursor.u8();
  switch (lead) {
    case 0x00:
      skipCoreType(cursor, budget);
      return;
    case 0x01:
      readDefinedType(cursor, budget, depth);
      return;
    case 0x02:
      budget.types(cursor, 1, at);
      skipAlias(cursor, budget);
      return;
    case IMPORT_DECLARATION:
    case EXPORT_DECLARATION:
      if (lead === IMPORT_DECLARATION && !component) cursor.fail("E_TYPE", "an instance type has no imports", at);
      budget.types(cursor, 1, at);
      skipAttributedName(cursor, budget, budget.limits.export_name_bytes_max);
      readExternType(cursor);
      return;
    default:
      cursor.fail("E_TYPE", `a declaration starts with 0x${lead.toString(16)}`, at);
  }
}
