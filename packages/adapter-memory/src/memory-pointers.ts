/** COMMITTED pointers in a map. Stores that share the map are processes that share a disk. */
import { equalBytes } from "@tau-edge/encoding";
import { parsePointerKey } from "@tau-edge/ledger";
import { type CommitPointers, checkPointerSize, checkPointerStream, PortError, pointerPlace } from "@tau-edge/ports";
import { Faults } from "./faults.ts";

export interface MemoryPointerOptions {
  /** What is stored, by key; may be shared and changed from outside. */
  readonly pointers?: Map<string, Uint8Array>;
  readonly faults?: Faults;
}

export class MemoryCommitPointers implements CommitPointers {
  readonly pointers: Map<string, Uint8Array>;
  readonly #faults: Faults;

  constructor(options: MemoryPointerOptions = {}) {
    this.pointers = options.pointers ?? new Map();
    this.#faults = options.faults ?? new Faults();
  }

  async publish(key: string, bytes: Uint8Array): Promise<"created" | "exists"> {
    checkPointerSize(key, bytes.length);
    return this.#faults.write(key, () => {
      const found = this.#find(key);
      if (found === undefined) {
        this.pointers.set(key, bytes.slice());
        return "created";
      }
      if (!equalBytes(found, bytes))
        throw new PortError("pointer_conflict", key, "Other bytes are stored under this key");
      return "exists";
    });
  }

  async read(key: string): Promise<Uint8Array | undefined> {
    return this.#find(key)?.slice();
  }

  async list(stream: string): Promise<readonly string[]> {
    checkPointerStream(stream);
    return [...this.pointers.keys()]
      .map((key) => ({ key, place: parsePointerKey(key) }))
      .filter(({ place }) => place.stream === stream)
      .sort((a, b) => a.place.seq - b.place.seq)
      .map(({ key }) => key);
  }

  #find(key: string): Uint8Array | undefined {
    pointerPlace(key);
    const found = this.pointers.get(key);
    if (found !== undefined) checkPointerSize(key, found.length);
    return found;
  }
}
