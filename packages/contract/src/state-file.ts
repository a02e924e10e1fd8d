/**
 * S1's `state.json`, written as a projection: what the ledger knows, put into whatever the file holds already. Chunks in,
 * chunks out; memory is one value of the file.
 *
 * | the file                                            | what is written                                           |
 * |-----------------------------------------------------|-----------------------------------------------------------|
 * | absent                                              | S1's empty state and what is new                          |
 * | without our stamp (the original's)                  | everything it has, and what is new                        |
 * | as we wrote it, or only keys of others changed      | everything it has, and what is new                        |
 * | our keys changed, or our stamp                      | nothing: `state_foreign`                                  |
 * | cycles of the original that nobody imported         | nothing by a runner: `state_foreign`                      |
 * | it knows more than the ledger                       | nothing: `state_foreign`                                  |
 * | unreadable, of another shape, or of a newer schema  | nothing: `state_corrupt`, `state_newer`                   |
 * | too large once it is written                        | nothing: `state_corrupt`                                  |
 *
 * What stays keeps every byte, white space included. What is new is written as the original does: two spaces a level, no
 * newline at the end.
 */
import { encodeUtf8, type StartSha256 } from "@tau-edge/encoding";
import type { BrowserDids } from "./browser-did-entry.ts";
import type { AdoptedCycles, CycleMembers } from "./cycle-members.ts";
import { CyclesAdoption, CyclesRewrite } from "./cycles-rewrite.ts";
import type { DeliverableEntry, WithdrawnEntry } from "./deliverable-entry.ts";
import { DeliverablesRewrite } from "./deliverables-rewrite.ts";
import { DidsRewrite } from "./dids-rewrite.ts";
import { CONTRACT_LIMITS } from "./limits.ts";
import { copyPiece, ObjectLayout } from "./object-layout.ts";
import { StateChecks } from "./state-checks.ts";
import { corrupt, corruptText, type JsonObject, refuseState, type StateRefusal } from "./state-document.ts";
import type { StateFacts } from "./state-facts.ts";
import { StateOutput } from "./state-output.ts";
import { openStateScan } from "./state-reader.ts";
import type { Blocks, Rewriting, StateRewrite } from "./state-rewrite.ts";
import type { StatePiece } from "./state-scan.ts";
import { type Authorship, type LedgerPosition, STAMP_KEY, type StateStamp, stampText } from "./state-stamp.ts";

export type StateChange =
  | {
      readonly kind: "deliverables";
      /** All deliverables that the ledger knows, one an identity. */
      readonly entries: readonly DeliverableEntry[];
      readonly withdrawn?: readonly WithdrawnEntry[];
      /** The head that they were read at. */
      readonly position: LedgerPosition;
    }
  | { readonly kind: "cycles"; readonly cycles: CycleMembers }
  | { readonly kind: "adopted_cycles"; readonly cycles: AdoptedCycles }
  | { readonly kind: "dids"; readonly dids: BrowserDids };

export interface ProjectedState {
  readonly outcome: "projected";
  /** False when the file holds exactly these bytes already. */
  readonly changed: boolean;
  /** Whose file it was. */
  readonly was: "absent" | Exclude<Authorship["by"], "foreign">;
  /** As it stands in what was written. */
  readonly stamp: StateStamp;
}

export function cyclesChange(cycles: CycleMembers | AdoptedCycles): StateChange {
  return "rollouts" in cycles ? { kind: "cycles", cycles } : { kind: "adopted_cycles", cycles };
}

const ABSENT = encodeUtf8("{}");

/**
 * The new file, block by block. What it came to is known at the end only: until then the old file must stay.
 * @param existing the file's bytes, undefined when there is none
 */
export function* projectState(
  existing: Iterable<Uint8Array> | undefined,
  change: StateChange,
  start: StartSha256,
): Generator<Uint8Array<ArrayBuffer>, ProjectedState | StateRefusal, undefined> {
  const projection = new Projection(change, start);
  for (const chunk of existing ?? [ABSENT]) {
    const refusal = yield* projection.push(chunk);
    if (refusal !== undefined) return refusal;
  }
  const result = yield* projection.end();
  if (result.outcome === "refused" || existing !== undefined) return result;
  return { ...result, changed: true, was: "absent" };
}

class Projection {
  readonly #scan = openStateScan();
  readonly #checks: StateChecks;
  readonly #out: StateOutput;
  readonly #layout: ObjectLayout;
  readonly #rewrite: StateRewrite;
  readonly #present = new Set<string>();

  constructor(change: StateChange, start: StartSha256) {
    this.#checks = new StateChecks({}, start);
    this.#out = new StateOutput(start);
    this.#layout = new ObjectLayout(this.#out, 1);
    this.#rewrite = rewriteOf(change, { out: this.#out, layout: this.#layout }, start);
  }

  *push(chunk: Uint8Array): Generator<Uint8Array<ArrayBuffer>, StateRefusal | undefined, undefined> {
    let value_at = 0;
    try {
      for (const piece of this.#scan.push(chunk)) {
        value_at = "at" in piece ? piece.at : 0;
        const value = this.#checks.see(piece);
        value_at = 0;
        if (this.#checks.fault === undefined) yield* this.#write(piece, value);
      }
    } catch (error) {
      return corruptText(error, value_at);
    }
    return this.#tooLarge();
  }

  *end(): Generator<Uint8Array<ArrayBuffer>, ProjectedState | StateRefusal, undefined> {
    try {
      const rest = this.#scan.end();
      const facts = this.#checks.finish(rest);
      if (facts.outcome === "refused") return facts;
      if (facts.written_by === "foreign")
        return refuseState("state_foreign", facts.foreign_at ?? "$", "Somebody else changed what this program writes");
      this.#layout.end(rest);
      yield* this.#rewrite.complete(this.#present);
      return yield* this.#seal(facts, facts.written_by);
    } catch (error) {
      return corruptText(error);
    }
  }

  *#seal(
    facts: StateFacts,
    was: ProjectedState["was"],
  ): Generator<Uint8Array<ArrayBuffer>, ProjectedState | StateRefusal, undefined> {
    const fields = this.#rewrite.stamp(facts);
    if ("outcome" in fields) return fields;
    this.#layout.add(STAMP_KEY);
    const [opening, closing] = stampText(fields);
    this.#out.addText(opening);
    const written_sha256 = yield* this.#out.seal([encodeUtf8(closing), this.#layout.closing()]);
    const refusal = this.#tooLarge();
    if (refusal !== undefined) return refusal;
    // The digest covers every other byte of the file.
    const changed = facts.written_by !== "us" || facts.stamp?.written_sha256 !== written_sha256;
    return { outcome: "projected", changed, was, stamp: { ...fields, written_sha256 } };
  }

  *#write(piece: StatePiece, value: JsonObject | undefined): Blocks {
    const { kind, key } = piece;
    if (kind === "member" || kind === "array") this.#present.add(key);
    if (key === STAMP_KEY) {
      this.#layout.drop(piece.before);
      return;
    }
    const replaced = this.#rewrite.replace(piece, value);
    if (replaced === undefined) copyPiece(piece, this.#out, this.#layout);
    else yield* replaced;
    yield* this.#out.full();
  }

  #tooLarge(): StateRefusal | undefined {
    const max = CONTRACT_LIMITS.state_bytes_max;
    if (this.#out.size_bytes <= max) return undefined;
    return corrupt("$", `The file would have more than ${max} bytes, which is what is read`);
  }
}

function rewriteOf(change: StateChange, to: Rewriting, start: StartSha256): StateRewrite {
  switch (change.kind) {
    case "deliverables":
      return new DeliverablesRewrite(to, change.entries, change.withdrawn ?? [], change.position, start);
    case "cycles":
      return new CyclesRewrite(to, change.cycles, start);
    case "adopted_cycles":
      return new CyclesAdoption(change.cycles);
    case "dids":
      return new DidsRewrite(to, change.dids, start);
  }
}
