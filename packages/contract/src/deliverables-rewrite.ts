/**
 * The packager's part of `state.json`: entries of the ledger replace the first of their identity, new ones are appended.
 * Entries that the ledger does not know (imported from the original) stay as they are, at their place. Those whose artifact
 * was collected go.
 */
import type { StartSha256 } from "@tau-edge/encoding";
import type { DeliverableEntry, WithdrawnEntry } from "./deliverable-entry.ts";
import { EntriesRewrite } from "./entries-rewrite.ts";
import { KnownDigest } from "./state-digests.ts";
import { type JsonObject, own, refuseState, type StateRefusal } from "./state-document.ts";
import type { StateFacts } from "./state-facts.ts";
import {
  type Blocks,
  EMPTY_MEMBERS,
  type Rewriting,
  type StampFields,
  type StateRewrite,
  stampsOfOthers,
} from "./state-rewrite.ts";
import type { StatePiece } from "./state-scan.ts";
import type { LedgerPosition } from "./state-stamp.ts";

const KEY = "wasm_deliverables";

export class DeliverablesRewrite implements StateRewrite {
  readonly #to: Rewriting;
  readonly #position: LedgerPosition;
  readonly #known: KnownDigest;
  readonly #list: EntriesRewrite;

  /**
   * @param entries all deliverables that the ledger knows and has, one an identity
   * @param position the head that `entries` were read at
   */
  constructor(
    to: Rewriting,
    entries: readonly DeliverableEntry[],
    withdrawn: readonly WithdrawnEntry[],
    position: LedgerPosition,
    start: StartSha256,
  ) {
    const gone = new Map(withdrawn.map((entry) => [identityOf(entry.blueprint_id, entry.runtime_profile), entry]));
    this.#to = to;
    this.#position = position;
    this.#known = new KnownDigest(start);
    this.#list = new EntriesRewrite(to.out, {
      key: KEY,
      entries: entries.map(toObject),
      identityOf: identityIn,
      isWithdrawn(entry) {
        const sha256 = own(entry, "artifact_sha256");
        return typeof sha256 === "string" && gone.get(identityIn(entry))?.artifact_sha256s.has(sha256) === true;
      },
      onEntry: (entry) => this.#known.add(entry),
    });
  }

  replace(piece: StatePiece, value: JsonObject | undefined): Blocks | undefined {
    return this.#list.replace(piece, value);
  }

  *complete(present: ReadonlySet<string>): Blocks {
    for (const [key, empty] of EMPTY_MEMBERS) {
      if (present.has(key)) continue;
      this.#to.layout.add(key);
      if (key === KEY) yield* this.#list.whole();
      else this.#to.out.addText(empty);
    }
  }

  stamp(facts: StateFacts): StampFields | StateRefusal {
    const { stamp } = facts;
    const ahead = stamp === undefined ? undefined : refuseAhead(stamp.seq, this.#position.seq);
    if (ahead !== undefined) return ahead;
    const { seq, record_hash } = this.#position;
    return { seq, record_hash, known_sha256: this.#known.digest(), ...stampsOfOthers(stamp, ["cycles", "dids"]) };
  }
}

/** A file that knows more than the ledger was written from another one, or the ledger has lost its end. */
export function refuseAhead(file_seq: number, ledger_seq: number): StateRefusal | undefined {
  if (file_seq <= ledger_seq) return undefined;
  return refuseState(
    "state_foreign",
    "$.tau_edge.seq",
    `It knows ${file_seq} records, the ledger has ${ledger_seq}`,
    "Restore the ledger; or, if it is the right one, `tau-edge doctor --rebuild-files`.",
  );
}

function identityIn(entry: JsonObject): string {
  return identityOf(own(entry, "blueprint_id"), own(entry, "runtime_profile"));
}

function identityOf(blueprintId: unknown, runtimeProfile: unknown): string {
  return typeof blueprintId === "string" && typeof runtimeProfile === "string"
    ? JSON.stringify([blueprintId, runtimeProfile])
    : "";
}

/** S1's field order, and nothing that an entry may carry beside. */
function toObject(entry: DeliverableEntry): JsonObject {
  return {
    schema_version: entry.schema_version,
    blueprint_id: entry.blueprint_id,
    deploy_target: entry.deploy_target,
    runtime_profile: entry.runtime_profile,
    constraint_profile_id: entry.constraint_profile_id,
    required_abi: entry.required_abi,
    required_feature_gates: [...entry.required_feature_gates],
    artifact_path: entry.artifact_path,
    manifest_path: entry.manifest_path,
    artifact_sha256: entry.artifact_sha256,
    artifact_size_bytes: entry.artifact_size_bytes,
    generated_unix_ms: entry.generated_unix_ms,
  };
}
