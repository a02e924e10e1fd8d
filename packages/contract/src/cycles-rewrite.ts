/** The runner's part of `state.json`: processed keys, rollouts, failed cases and health, each in the place it has. */
import { EncodingError, encodeUtf8, type StartSha256 } from "@tau-edge/encoding";
import type { AdoptedCycles, CycleMembers } from "./cycle-members.ts";
import { mergeHealth } from "./health-merge.ts";
import { CONTRACT_LIMITS } from "./limits.ts";
import { type CycleKey, CyclesDigest, isCycleKey } from "./state-digests.ts";
import { type JsonObject, refuseState, type StateRefusal } from "./state-document.ts";
import type { StateFacts } from "./state-facts.ts";
import {
  type Blocks,
  EMPTY_MEMBERS,
  packagedPosition,
  type Rewriting,
  refuseAhead,
  type StampFields,
  type StateRewrite,
  stampsOfOthers,
} from "./state-rewrite.ts";
import type { StatePiece } from "./state-scan.ts";
import type { LedgerPosition } from "./state-stamp.ts";

export class CyclesRewrite implements StateRewrite {
  readonly #to: Rewriting;
  readonly #cycles: CycleMembers;
  readonly #digest: CyclesDigest;

  constructor(to: Rewriting, cycles: CycleMembers, start: StartSha256) {
    this.#to = to;
    this.#cycles = cycles;
    this.#digest = new CyclesDigest(start);
  }

  replace(piece: StatePiece, _value: JsonObject | undefined): Blocks | undefined {
    const { key } = piece;
    if (!isCycleKey(key)) return undefined;
    if (piece.kind !== "member" && piece.kind !== "array") return nothing();
    this.#to.layout.keep(piece.before);
    return this.#value(key, piece.kind === "member" ? piece.raw : undefined);
  }

  *complete(present: ReadonlySet<string>): Blocks {
    for (const key of [...EMPTY_MEMBERS.keys(), "failed_cases"]) {
      if (present.has(key)) continue;
      this.#to.layout.add(key);
      if (isCycleKey(key)) yield* this.#value(key, undefined);
      else this.#to.out.addText(EMPTY_MEMBERS.get(key) ?? "[]");
    }
  }

  stamp(facts: StateFacts): StampFields | StateRefusal {
    const refusal = refuseCycles(facts, this.#cycles.position, this.#cycles.imported_sha256);
    if (refusal !== undefined) return refusal;
    const { seq, record_hash } = this.#cycles.position;
    return {
      ...packagedPosition(facts.stamp),
      known_sha256: facts.known_sha256,
      cycles: { seq, record_hash, sha256: this.#digest.digest() },
      ...stampsOfOthers(facts.stamp, ["dids"]),
    };
  }

  /** @param standing what the file has under `health` */
  #value(key: CycleKey, standing: Uint8Array | undefined): Blocks {
    switch (key) {
      case "processed_case_keys":
        return this.#array(key, jsonStrings(this.#cycles.processed_case_keys));
      case "rollouts":
        return this.#array(key, this.#cycles.rollouts);
      case "failed_cases":
        return this.#array(key, this.#cycles.failed_cases);
      case "health":
        return this.#health(standing);
    }
  }

  *#health(standing: Uint8Array | undefined): Blocks {
    const raw = mergeHealth(standing ?? encodeUtf8("{}"), this.#cycles.health);
    this.#digest.add("health", raw);
    this.#to.out.add(raw);
    yield* this.#to.out.full();
  }

  *#array(key: CycleKey, texts: Iterable<string>): Blocks {
    const { out } = this.#to;
    let count = 0;
    out.addText("[");
    for (const text of texts) {
      const raw = encodeUtf8(text);
      if (raw.length > CONTRACT_LIMITS.state_element_bytes_max)
        throw new EncodingError("json_too_large", `$.${key}[${count}]`, "What could not be read again is not written");
      out.addText(count++ === 0 ? "\n    " : ",\n    ");
      out.add(raw);
      this.#digest.add(key, raw);
      yield* out.full();
    }
    out.addText(count === 0 ? "]" : "\n  ]");
  }
}

/** What the original's cycles left stays as it is; from now on the stamp says that it was imported. */
export class CyclesAdoption implements StateRewrite {
  readonly #cycles: AdoptedCycles;

  constructor(cycles: AdoptedCycles) {
    this.#cycles = cycles;
  }

  replace(): undefined {
    return undefined;
  }

  complete(): Blocks {
    return nothing();
  }

  stamp(facts: StateFacts): StampFields | StateRefusal {
    const { position, imported_sha256 } = this.#cycles;
    const refusal = refuseCycles(facts, position, imported_sha256);
    if (refusal !== undefined) return refusal;
    if (facts.cycles_sha256 !== imported_sha256) return notImported();
    return {
      ...packagedPosition(facts.stamp),
      known_sha256: facts.known_sha256,
      cycles: { seq: position.seq, record_hash: position.record_hash, sha256: facts.cycles_sha256 },
      ...stampsOfOthers(facts.stamp, ["dids"]),
    };
  }
}

function refuseCycles(
  facts: StateFacts,
  position: LedgerPosition,
  imported_sha256: string | undefined,
): StateRefusal | undefined {
  const standing = facts.stamp?.cycles;
  if (standing === undefined)
    return facts.shows_cycles && facts.cycles_sha256 !== imported_sha256 ? notImported() : undefined;
  return refuseAhead(standing, position, { at: "$.tau_edge.cycles", what: "cycles" });
}

function notImported(): StateRefusal {
  return refuseState(
    "state_foreign",
    "$.rollouts",
    "It shows cycles of the original system that were not imported",
    "`tau-edge state import <state-dir>` takes them over.",
  );
}

function* jsonStrings(texts: Iterable<string>): Generator<string, void, undefined> {
  for (const text of texts) yield JSON.stringify(text);
}

function* nothing(): Blocks {
  // Generators of no blocks: the piece is left out.
}
