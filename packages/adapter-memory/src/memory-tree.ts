/** The files below a directory, in a map from path to bytes. */
import { compareUtf8, equalBytes } from "@tau-edge/encoding";
import { type FileTree, PortError, type TreeFile } from "@tau-edge/ports";
import { Faults } from "./faults.ts";

export interface MemoryTreeOptions {
  /** May be shared and changed from outside. */
  readonly files?: Map<string, Uint8Array>;
  /** What stands before each path in the map, such as `.tau/deployment/`. */
  readonly prefix?: string;
  readonly faults?: Faults;
}

export class MemoryFileTree implements FileTree {
  readonly bytes: Map<string, Uint8Array>;
  readonly #prefix: string;
  readonly #faults: Faults;

  constructor(options: MemoryTreeOptions = {}) {
    this.bytes = options.files ?? new Map();
    this.#prefix = options.prefix ?? "";
    this.#faults = options.faults ?? new Faults();
  }

  async *files(): AsyncIterable<TreeFile> {
    const paths = [...this.bytes.keys()].filter((path) => path.startsWith(this.#prefix));
    for (const at of paths.sort(compareUtf8)) {
      const bytes = this.bytes.get(at);
      const path = at.slice(this.#prefix.length);
      if (bytes === undefined || path.startsWith("tau-edge/")) continue;
      yield { path, size_bytes: bytes.length, chunks: () => once(bytes) };
    }
  }

  async add(path: string, chunks: AsyncIterable<Uint8Array>): Promise<boolean> {
    if (path.split("/").some((part) => part === "" || part === "." || part === ".."))
      throw new PortError("path_escapes", JSON.stringify(path), "Not a path below a directory");
    const pieces: Uint8Array[] = [];
    for await (const chunk of chunks) pieces.push(chunk.slice());
    const bytes = joined(pieces);
    const at = this.#prefix + path;
    const standing = this.bytes.get(at);
    if (standing !== undefined && !equalBytes(standing, bytes))
      throw new PortError("state_foreign", at, "Something else stands under this name");
    if (standing === undefined) this.#faults.write(at, () => this.bytes.set(at, bytes));
    return standing === undefined;
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
