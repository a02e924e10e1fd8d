/**
 * Which functions does an imported instance type mention? Tools prune instance types to what is used, so this list is
 * what the component can reach, not what the interface could offer.
 */
import type { Budget } from "../budget.ts";
import { Cursor } from "../cursor.ts";
import { checkUnique, readAttributedName } from "./attributes.ts";
import { readExternType } from "./sorts.ts";
import { EXPORT_DECLARATION, type InstanceType, skipDeclaration } from "./types.ts";

export class InstanceFunctions {
  private readonly bytes: Uint8Array;
  private readonly budget: Budget;
  /** One reading a type, however many imports share it. */
  private readonly known = new Map<InstanceType, readonly string[]>();

  constructor(bytes: Uint8Array, budget: Budget) {
    this.bytes = bytes;
    this.budget = budget;
  }

  /** In file order. `at` is where the import stands that asks. */
  of(type: InstanceType, at: number): readonly string[] {
    const cursor = new Cursor(this.bytes, type.start, this.bytes.length, "");
    const known = this.known.get(type);
    if (known !== undefined) {
      this.budget.members(cursor, known.length, at);
      return known;
    }
    const names = this.read(cursor, at);
    this.known.set(type, names);
    return names;
  }

  private read(cursor: Cursor, at: number): readonly string[] {
    const { budget } = this;
    const names: string[] = [];
    const seen = new Set<string>();
    const count = cursor.count(2);
    for (let index = 0; index < count; index++) {
      if (cursor.peek() !== EXPORT_DECLARATION) {
        skipDeclaration(cursor, budget, 1, false);
        continue;
      }
      budget.members(cursor, 1, at);
      cursor.offset += 1;
      const name = readAttributedName(cursor, budget, budget.limits.import_name_bytes_max);
      checkUnique(cursor, seen, name);
      if (readExternType(cursor).kind === "func") names.push(name.name);
    }
    return names;
  }
}
