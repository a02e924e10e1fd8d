/** S1's `state.json` on disk: read whole within a bound, judged before it is used, replaced only as a whole. */
import { dirname } from "node:path";
import { type ProjectedState, projectState, readState } from "@tau-edge/contract";
import type { Sha256 } from "@tau-edge/encoding";
import { type LedgerDeliverables, PortError } from "@tau-edge/ports";
import type { DurableFiles } from "./durable-files.ts";
import { readStateBytes } from "./state-bytes.ts";

/** Before the umask; a file that is there keeps its own. */
const STATE_MODE = 0o666;
const NOTHING: LedgerDeliverables = { seq: -1, entries: [] };

export class StateFile {
  readonly path: string;
  readonly #files: DurableFiles;
  readonly #sha256: Sha256;

  constructor(path: string, files: DurableFiles, sha256: Sha256) {
    this.path = path;
    this.#files = files;
    this.#sha256 = sha256;
  }

  /** @throws PortError `state_corrupt`, `state_newer`, `state_foreign` */
  async check(): Promise<void> {
    this.#project(readStateBytes(this.path)?.bytes, NOTHING);
  }

  /** The caller holds the lock. */
  async write(known: LedgerDeliverables): Promise<void> {
    const existing = readStateBytes(this.path)?.bytes;
    const next = this.#project(existing, known);
    if (!next.changed) return;
    if (existing !== undefined) this.#checkNotAhead(existing, known.seq);
    await this.#files.makeDirectories(dirname(this.path));
    const mode = (await this.#files.fs.facts(this.path))?.mode ?? STATE_MODE;
    const temporary = await this.#files.writeTemporary(next.bytes, mode, dirname(this.path));
    await this.#files.replace(temporary, this.path);
  }

  #project(existing: Uint8Array | undefined, known: LedgerDeliverables): ProjectedState {
    const position = { seq: known.seq, record_hash: known.record_hash ?? "" };
    const next = projectState(existing, known.entries, position, this.#sha256);
    if (next.outcome === "projected") return next;
    throw new PortError(next.code, `${this.path} ${next.at}`, next.detail, { remedy: next.remedy });
  }

  /** A file that knows more than the ledger was written from another one, or the ledger has lost its end. */
  #checkNotAhead(existing: Uint8Array, seq: number): void {
    const state = readState(existing, this.#sha256);
    if (state.outcome === "read" && state.stamp !== undefined && state.stamp.seq > seq)
      throw new PortError("state_foreign", this.path, `It knows ${state.stamp.seq} records, the ledger has ${seq}`, {
        remedy: "Restore the ledger; or, if it is the right one, `tau-edge doctor --rebuild-files`.",
      });
  }
}
