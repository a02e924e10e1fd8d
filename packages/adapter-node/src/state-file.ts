/** S1's `state.json` on disk: judged before it is used, replaced only as a whole, and never whole in memory if it is large. */
import { dirname } from "node:path";
import {
  type ProjectedState,
  projectState,
  readState,
  refuseAhead,
  type StateChange,
  type StateFacts,
  type StateRefusal,
} from "@tau-edge/contract";
import { PortError } from "@tau-edge/ports";
import type { DurableFiles } from "./durable-files.ts";
import { WRITE_AT_ONCE_BYTES_MAX } from "./limits.ts";
import { startNativeSha256 } from "./native-hash.ts";
import { openStateBytes, type StateBytes, stateIdentity } from "./state-bytes.ts";

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
  /** The last one: between two packages nobody else writes it, and reading it again takes as long as it is large. */
  #checked: Checked | undefined;

  constructor(path: string, files: DurableFiles) {
    this.path = path;
    this.#files = files;
  }

  /**
   * @returns how far the file knows the ledger, where it says so
   * @throws PortError `state_corrupt`, `state_newer`, `state_foreign`
   */
  check(): number | undefined {
    const found = openStateBytes(this.path, this.#checked?.identity);
    if (found === "unchanged") return this.#checked?.seq;
    this.#checked = undefined;
    if (found === undefined) return undefined;
    const seq = readSoundState(found, this.path).stamp?.seq;
    this.#checked = { identity: found.identity, seq };
    return seq;
  }

  /** @throws PortError `state_foreign` */
  checkNotAhead(file_seq: number, ledger_seq: number): void {
    const ahead = refuseAhead(file_seq, ledger_seq);
    if (ahead !== undefined) throw refused(ahead, this.path);
  }

  /**
   * The caller holds the lock.
   * @param syncNames makes durable what the file is going to name; done while its bytes are written, and before they count
   */
  async write(change: StateChange, syncNames: () => Promise<void>): Promise<void> {
    const existing = openStateBytes(this.path);
    try {
      const next = new NextState(projectState(existing?.chunks, change, startNativeSha256), this.path);
      const small = next.begin(WRITE_AT_ONCE_BYTES_MAX);
      if (small?.changed === false) {
        await syncNames();
        return;
      }
      const temporary = await this.#writeTemporary(next, syncNames);
      const { changed, stamp } = next.result;
      if (!changed) {
        await this.#files.discard(temporary);
        return;
      }
      await this.#files.replace(temporary, this.path);
      const identity = stateIdentity(this.path);
      this.#checked = identity === undefined ? undefined : { identity, seq: stamp.seq };
    } finally {
      existing?.close();
    }
  }

  async #writeTemporary(next: NextState, syncNames: () => Promise<void>): Promise<string> {
    await this.#files.makeDirectories(dirname(this.path));
    const mode = (await this.#files.fs.facts(this.path))?.mode ?? STATE_MODE;
    const writing = this.#files.writeTemporary(next, mode, dirname(this.path));
    const [written, synced] = await Promise.allSettled([writing, syncNames()]);
    if (written.status === "rejected") throw written.reason;
    if (synced.status === "rejected") {
      await this.#files.discard(written.value);
      throw synced.reason;
    }
    return written.value;
  }
}

/** What is going to be written: of a small file all of it is known before anything is. */
class NextState implements Iterable<Uint8Array> {
  readonly #blocks: ReturnType<typeof projectState>;
  readonly #path: string;
  readonly #begun: Uint8Array[] = [];
  #result: ProjectedState | undefined;

  constructor(blocks: ReturnType<typeof projectState>, path: string) {
    this.#blocks = blocks;
    this.#path = path;
  }

  /**
   * @returns what the whole file came to, undefined when it is larger than that
   * @throws PortError `state_corrupt`, `state_newer`, `state_foreign`; as does the iteration
   */
  begin(size_bytes_max: number): ProjectedState | undefined {
    for (let size_bytes = 0; size_bytes <= size_bytes_max; ) {
      const block = this.#next();
      if (block === undefined) return this.#result;
      this.#begun.push(block);
      size_bytes += block.length;
    }
    return undefined;
  }

  *[Symbol.iterator](): Generator<Uint8Array, void, undefined> {
    for (let block = this.#begun.shift(); block !== undefined; block = this.#begun.shift()) yield block;
    for (let block = this.#next(); block !== undefined; block = this.#next()) yield block;
  }

  /** After the iteration. */
  get result(): ProjectedState {
    if (this.#result === undefined) throw new TypeError("the file was not taken to its end");
    return this.#result;
  }

  #next(): Uint8Array | undefined {
    if (this.#result !== undefined) return undefined;
    const block = this.#blocks.next();
    if (block.done !== true) return block.value;
    if (block.value.outcome === "refused") throw refused(block.value, this.#path);
    this.#result = block.value;
    return undefined;
  }
}

/**
 * @returns undefined when there is no file
 * @throws PortError `state_corrupt`, `state_newer`, `state_foreign`, `store_unavailable`
 */
export function readStateFile(path: string): StateFacts | undefined {
  const found = openStateBytes(path);
  return found === undefined ? undefined : readSoundState(found, path);
}

/**
 * Reads the file to its end and closes it.
 * @throws PortError `state_corrupt`, `state_newer`, `state_foreign`: what such a file says proves nothing
 */
export function readSoundState(found: StateBytes, path: string): StateFacts {
  try {
    return soundState(readState(found.chunks, {}, startNativeSha256), path);
  } finally {
    found.close();
  }
}

/** @throws PortError `state_corrupt`, `state_newer`, `state_foreign` */
export function soundState(facts: StateFacts | StateRefusal, path: string): StateFacts {
  if (facts.outcome === "refused") throw refused(facts, path);
  if (facts.written_by === "foreign") throw foreignState(path);
  return facts;
}

export function foreignState(path: string): PortError {
  return new PortError("state_foreign", path, "Somebody else changed what this program writes", {
    remedy: "`tau-edge doctor --rebuild-files` moves the file aside and writes it anew from the ledger.",
  });
}

function refused({ code, at, detail, remedy }: StateRefusal, path: string): PortError {
  return new PortError(code, `${path} ${at}`, detail, { remedy });
}
