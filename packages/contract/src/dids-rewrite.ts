/** The part of `state.json` that `did init` writes: the identities that the ledger knows, each with the file that shows it. */
import type { StartSha256 } from "@tau-edge/encoding";
import type { BrowserDidEntry, BrowserDids } from "./browser-did-entry.ts";
import { EntriesRewrite } from "./entries-rewrite.ts";
import { DidsDigest } from "./state-digests.ts";
import { type JsonObject, own, type StateRefusal } from "./state-document.ts";
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

const KEY = "browser_dids";
const DIDS_PART = { at: "$.tau_edge.dids", what: "identities" } as const;

export class DidsRewrite implements StateRewrite {
  readonly #to: Rewriting;
  readonly #position: LedgerPosition;
  readonly #digest: DidsDigest;
  readonly #list: EntriesRewrite;

  constructor(to: Rewriting, { position, entries }: BrowserDids, start: StartSha256) {
    this.#to = to;
    this.#position = position;
    this.#digest = new DidsDigest(start);
    this.#list = new EntriesRewrite(to.out, {
      key: KEY,
      entries: entries.map(toObject),
      identityOf: (entry) => identityOf(own(entry, "did"), own(entry, "output_path")),
      onEntry: (_entry, raw) => this.#digest.add(raw),
    });
  }

  replace(piece: StatePiece, value: JsonObject | undefined): Blocks | undefined {
    return this.#list.replace(piece, value);
  }

  *complete(present: ReadonlySet<string>): Blocks {
    for (const [key, empty] of EMPTY_MEMBERS) {
      if (present.has(key)) continue;
      this.#to.layout.add(key);
      this.#to.out.addText(empty);
    }
    if (present.has(KEY)) return;
    this.#to.layout.add(KEY);
    yield* this.#list.whole();
  }

  stamp(facts: StateFacts): StampFields | StateRefusal {
    const { stamp, known_sha256 } = facts;
    const ahead = stamp?.dids === undefined ? undefined : refuseAhead(stamp.dids, this.#position, DIDS_PART);
    if (ahead !== undefined) return ahead;
    const { seq, record_hash } = this.#position;
    return {
      ...packagedPosition(stamp),
      known_sha256,
      ...stampsOfOthers(stamp, ["cycles"]),
      dids: { seq, record_hash, sha256: this.#digest.digest() },
    };
  }
}

function identityOf(did: unknown, outputPath: unknown): string {
  return typeof did === "string" && typeof outputPath === "string" ? JSON.stringify([did, outputPath]) : "";
}

function toObject(entry: BrowserDidEntry): JsonObject {
  const { did, method, network, subject, assurance, output_path, payload_sha256 } = entry;
  return { did, method, network, subject, assurance, output_path, payload_sha256 };
}
