/** What a writer of `state.json` changes while the rest of the file passes by as it is. */
import type { ObjectLayout } from "./object-layout.ts";
import { type JsonObject, refuseState, type StateRefusal } from "./state-document.ts";
import type { StateFacts } from "./state-facts.ts";
import type { StateOutput } from "./state-output.ts";
import type { StatePiece } from "./state-scan.ts";
import type { LedgerPosition, StateStamp } from "./state-stamp.ts";

export type StampFields = Omit<StateStamp, "written_sha256">;

export type Blocks = Generator<Uint8Array<ArrayBuffer>, void, undefined>;

export interface StateRewrite {
  /**
   * Writes something in the place of this piece.
   * @param value the piece, where it is an element that is an object
   * @returns undefined when the piece is to be written as it stands
   */
  replace(piece: StatePiece, value: JsonObject | undefined): Blocks | undefined;
  /** Writes what the file has not. @param present the keys that it has */
  complete(present: ReadonlySet<string>): Blocks;
  /** Asked last. */
  stamp(facts: StateFacts): StampFields | StateRefusal;
}

export interface Rewriting {
  readonly out: StateOutput;
  readonly layout: ObjectLayout;
}

/** S1's empty state. */
export const EMPTY_MEMBERS: ReadonlyMap<string, string> = new Map([
  ["schema_version", "1"],
  ["processed_case_keys", "[]"],
  ["rollouts", "[]"],
  ["health", "{}"],
  ["wasm_deliverables", "[]"],
]);

/** As long as no packager has said how far the file knows the ledger. */
export function packagedPosition(stamp: StateStamp | undefined): LedgerPosition {
  return { seq: stamp?.seq ?? 0, record_hash: stamp?.record_hash ?? "" };
}

/** What other writers have said stays. */
export function stampsOfOthers(
  stamp: StateStamp | undefined,
  parts: readonly ("cycles" | "dids")[],
): Pick<StateStamp, "cycles" | "dids"> {
  return {
    ...(parts.includes("cycles") && stamp?.cycles !== undefined && { cycles: stamp.cycles }),
    ...(parts.includes("dids") && stamp?.dids !== undefined && { dids: stamp.dids }),
  };
}

/**
 * Between its own records a stream may have others, so only the same record or a later one continues the file.
 * @param part which part of the stamp, and what it shows
 */
export function refuseAhead(
  standing: LedgerPosition,
  position: LedgerPosition,
  { at, what }: { readonly at: string; readonly what: string },
): StateRefusal | undefined {
  const other = standing.seq === position.seq && standing.record_hash !== position.record_hash;
  if (standing.seq <= position.seq && !other) return undefined;
  return refuseState(
    "state_foreign",
    at,
    `It shows the ${what} up to record ${standing.seq} of ${other ? "another ledger" : `one that has ${position.seq}`}`,
    "Restore the ledger; or, if it is the right one, `tau-edge doctor --rebuild-files`.",
  );
}
