/**
 * An array of `state.json` whose entries follow from the ledger: they replace the first of their identity, new ones are
 * appended. Entries that the ledger does not know stay as they are, at their place.
 */
import { encodeUtf8 } from "@tau-edge/encoding";
import { indented } from "./state-digests.ts";
import type { JsonObject } from "./state-document.ts";
import type { StateOutput } from "./state-output.ts";
import type { Blocks } from "./state-rewrite.ts";
import type { StatePiece } from "./state-scan.ts";

export interface ListedEntries {
  readonly key: string;
  /** In the order in which new ones are appended, one an identity. */
  readonly entries: readonly JsonObject[];
  /** The same text for two entries that are about the same thing; `""` for what is about nothing that is known here. */
  identityOf(entry: JsonObject): string;
  /** Whether an entry of the file that none of `entries` replaces is to go. Absent: none. */
  isWithdrawn?(entry: JsonObject): boolean;
  /** Called for each entry of the new array, in its order. */
  onEntry(entry: JsonObject, raw: Uint8Array): void;
}

export class EntriesRewrite {
  readonly #out: StateOutput;
  readonly #listed: ListedEntries;
  readonly #pending: Map<string, JsonObject>;
  /** What stood before the first entry, once it is gone and nothing was written in its place. */
  #opening: Uint8Array | undefined;
  #count = 0;

  constructor(out: StateOutput, listed: ListedEntries) {
    this.#out = out;
    this.#listed = listed;
    this.#pending = new Map(listed.entries.map((entry) => [listed.identityOf(entry), entry]));
  }

  /** As `StateRewrite` has it. */
  replace(piece: StatePiece, value: JsonObject | undefined): Blocks | undefined {
    if (piece.key !== this.#listed.key) return undefined;
    if (piece.kind === "array_end") return this.#appendPending(piece.before);
    if (piece.kind !== "element") return undefined;
    const identity = value === undefined ? "" : this.#listed.identityOf(value);
    const entry = this.#pending.get(identity);
    if (entry === undefined && value !== undefined && this.#listed.isWithdrawn?.(value) === true)
      return this.#drop(piece.before);
    const before = this.#count++ === 0 ? (this.#opening ?? piece.before) : piece.before;
    if (entry !== undefined) {
      this.#pending.delete(identity);
      return this.#write(before, entry);
    }
    if (value !== undefined) this.#listed.onEntry(value, piece.raw);
    return before === piece.before ? undefined : this.#keep(before, piece.raw);
  }

  /** The array, where the file has none. Its key stands there already. */
  *whole(): Blocks {
    this.#out.addText("[");
    yield* this.#appendPending(new Uint8Array(0));
  }

  /** @param before the array's white space before its end */
  *#appendPending(before: Uint8Array): Blocks {
    const wasEmpty = this.#count === 0;
    for (const entry of this.#pending.values()) {
      this.#out.addText(this.#count++ === 0 ? "\n    " : ",\n    ");
      this.#add(entry);
      yield* this.#out.full();
    }
    if (wasEmpty && this.#count > 0) this.#out.addText("\n  ");
    else if (this.#count > 0 || this.#opening === undefined) this.#out.add(before);
    this.#out.addText("]");
  }

  /** With its comma: what comes first now stands where it stood. */
  *#drop(before: Uint8Array): Blocks {
    if (this.#count === 0) this.#opening ??= before.slice();
    yield* this.#out.full();
  }

  *#keep(before: Uint8Array, raw: Uint8Array): Blocks {
    this.#out.add(before);
    this.#out.add(raw);
    yield* this.#out.full();
  }

  *#write(before: Uint8Array, entry: JsonObject): Blocks {
    this.#out.add(before);
    this.#add(entry);
    yield* this.#out.full();
  }

  #add(entry: JsonObject): void {
    const raw = encodeUtf8(indented(entry));
    this.#listed.onEntry(entry, raw);
    this.#out.add(raw);
  }
}
