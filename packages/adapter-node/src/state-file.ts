/** S1's `state.json` on disk: read whole within a bound, judged before it is used, replaced only as a whole. */
import { dirname } from "node:path";
import { projectState, readState } from "@tau-edge/contract";
import type { Sha256 } from "@tau-edge/encoding";
import { type LedgerDeliverables, PortError } from "@tau-edge/ports";
import type { DurableFiles } from "./durable-files.ts";
import { readStateBytes, type StateBytes, stateIdentity } from "./state-bytes.ts";

/** Before the umask; a file that is there keeps its own. */
const STATE_MODE = 0o666;

/** A file that was found to be ours to change. */
interface Checked {
  readonly identity: string;
  /** How far it knows the ledger; undefined when it has never been told. */
  readonly seq: number | undefined;
}

export class StateFile {
  readonly path: string;
  readonly #files: DurableFiles;
  readonly #sha256: Sha256;
  /** The last one: between two packages nobody else writes it, and reading it again takes as long as it is large. */
  #checked: Checked | undefined;

  constructor(path: string, files: DurableFiles, sha256: Sha256) {
    this.path = path;
    this.#files = files;
    this.#sha256 = sha256;
  }

  /**
   * @returns how far the file knows the ledger, where it says so
   * @throws PortError `state_corrupt`, `state_newer`, `state_foreign`
   */
  check(): number | undefined {
    const found = readStateBytes(this.path, this.#checked?.identity);
    return found === "unchanged" ? this.#checked?.seq : this.#seqOf(found);
  }

  /**
   * A file that knows more than the ledger was written from another one, or the ledger has lost its end.
   * @throws PortError `state_foreign`
   */
  checkNotAhead(file_seq: number, ledger_seq: number): void {
    if (file_seq <= ledger_seq) return;
    throw new PortError("state_foreign", this.path, `It knows ${file_seq} records, the ledger has ${ledger_seq}`, {
      remedy: "Restore the ledger; or, if it is the right one, `tau-edge doctor --rebuild-files`.",
    });
  }

  /**
   * The caller holds the lock.
   * @param syncNames makes durable what the file is going to name; done while its bytes are written, and before they count
   */
  async write(known: LedgerDeliverables, syncNames: () => Promise<void>): Promise<void> {
    const existing = readStateBytes(this.path);
    const position = { seq: known.seq, record_hash: known.record_hash ?? "" };
    const next = projectState(existing?.bytes, known.entries, position, this.#sha256);
    if (next.outcome === "refused")
      throw new PortError(next.code, `${this.path} ${next.at}`, next.detail, { remedy: next.remedy });
    if (!next.changed) return syncNames();
    const file_seq = this.#checked?.identity === existing?.identity ? this.#checked?.seq : this.#seqOf(existing);
    if (file_seq !== undefined) this.checkNotAhead(file_seq, known.seq);
    await this.#files.makeDirectories(dirname(this.path));
    const mode = (await this.#files.fs.facts(this.path))?.mode ?? STATE_MODE;
    const writing = this.#files.writeTemporary(next.bytes, mode, dirname(this.path));
    const [written, synced] = await Promise.allSettled([writing, syncNames()]);
    if (written.status === "rejected") throw written.reason;
    if (synced.status === "rejected") {
      await this.#files.discard(written.value);
      throw synced.reason;
    }
    await this.#files.replace(written.value, this.path);
    const identity = stateIdentity(this.path);
    this.#checked = identity === undefined ? undefined : { identity, seq: known.seq };
  }

  #seqOf(found: StateBytes | undefined): number | undefined {
    this.#checked = undefined;
    if (found === undefined) return undefined;
    const state = readState(found.bytes, this.#sha256);
    if (state.outcome === "refused")
      throw new PortError(state.code, `${this.path} ${state.at}`, state.detail, { remedy: state.remedy });
    if (state.written_by === "foreign") throw foreignState(this.path);
    this.#checked = { identity: found.identity, seq: state.stamp?.seq };
    return state.stamp?.seq;
  }
}

export function foreignState(path: string): PortError {
  return new PortError("state_foreign", path, "Somebody else changed what this program writes", {
    remedy: "`tau-edge doctor --rebuild-files` moves the file aside and writes it anew from the ledger.",
  });
}
