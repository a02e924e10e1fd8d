/**
 * Which functions does an imported instance type mention? Tools prune instance types to what is used, so this list is
 * what the component can reach, not what the interface could offer.
 */
import type { Budget } from "../budget.ts";
import { Cursor } from "../cursor.ts";
import { checkUnique, readAttributedName } from "./attributes.ts";
import { type ExternType, readExternType } from "./sorts.ts";
import { EXPORT_DECLARATION, type InstanceType, skipDeclaration } from "./types.ts";

export interface Members {
  /** In file order. */
  readonly functions: readonly string[];
  /** False when it holds what no interface can: instances, components or core modules, with functions of their own. */
  readonly plain: boolean;
}

const INTERFACE_KINDS: ReadonlySet<ExternType["kind"]> = new Set(["func", "type"]);

export class InstanceFunctions {
  private readonly bytes: Uint8Array;
  private readonly budget: Budget;
  /** One reading a type, however many imports share it. */
  private readonly known = new Map<InstanceType, Members>();

  constructor(bytes: Uint8Array, budget: Budget) {
    this.bytes = bytes;
    this.budget = budget;
  }

  /** `at` is where the import stands that asks. */
  of(type: InstanceType, at: number): Members {
    const cursor = new Cursor(this.bytes, type.start, this.bytes.length, "");
    const known = this.known.get(type);
    if (known !== undefined) {
      this.budget.members(cursor, known.functions.length, at);
      return known;
    }
    const members = this.read(cursor, at);
    this.known.set(type, members);
    return members;
  }

  private read(cursor: Cursor, at: number): Members {
    const { budget } = this;
    const functions: string[] = [];
    let plain = true;
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
      const { kind } = readExternType(cursor);
      if (kind === "func") functions.push(name.name);
      plain &&= INTERFACE_KINDS.has(kind);
    }
    return { functions, plain };
  }
}
