/** One file that somebody named, on disk: made and replaced as `state.json` is, wherever it lies. */
import { dirname, relative, resolve, sep } from "node:path";
import { PortError, type PublicFile } from "@tau-edge/ports";
import { type DurableFiles, fileError } from "./durable-files.ts";
import { posixCode } from "./file-system.ts";

/** Before the umask: for everybody to read, like the original's. */
const FILE_MODE = 0o666;

/** What the state directory has for itself. */
const TAKEN = /^(?:tau-edge|channel-store|wasm-artifacts|(?:state\.json|runtime-events\.jsonl)(?:\..*)?)$/;

/** Something stands there, and it is no file that could be read. */
const NO_FILE = new Set(["EFBIG", "EFTYPE", "ELOOP", "EISDIR", "ENXIO"]);

export class NodePublicFile implements PublicFile {
  readonly #path: string;
  readonly #files: DurableFiles;

  /** @param files of the state directory, which the path may lie in or not */
  constructor(path: string, files: DurableFiles) {
    this.#path = resolve(path);
    this.#files = files;
  }

  async read(size_bytes_max: number): Promise<Uint8Array | undefined> {
    this.#checkPlace();
    try {
      return await this.#files.fs.read(this.#path, size_bytes_max);
    } catch (error) {
      if (NO_FILE.has(posixCode(error))) throw this.#foreign(error);
      throw fileError(error, this.#path);
    }
  }

  async create(bytes: Uint8Array): Promise<boolean> {
    const temporary = await this.#writeTemporary(bytes);
    try {
      return await this.#files.publish(temporary, this.#path, "wait");
    } finally {
      await this.#files.discard(temporary);
      await this.#files.syncNames(dirname(this.#path));
    }
  }

  async replace(bytes: Uint8Array): Promise<void> {
    await this.#files.replace(await this.#writeTemporary(bytes), this.#path);
  }

  async #writeTemporary(bytes: Uint8Array): Promise<string> {
    this.#checkPlace();
    const directory = dirname(this.#path);
    await this.#files.makeDirectories(directory);
    return this.#files.writeTemporary(bytes, FILE_MODE, directory);
  }

  #checkPlace(): void {
    const [first = ""] = relative(this.#files.home, this.#path).split(sep);
    if (first !== "" && !TAKEN.test(first)) return;
    throw new PortError("path_escapes", this.#path, "The state directory has this name for itself", {
      remedy: "Choose another name, such as `browser-did.json`.",
    });
  }

  #foreign(cause: unknown): PortError {
    return new PortError("state_foreign", this.#path, "Something else stands under this name", {
      cause,
      remedy: `Move it aside: mv '${this.#path}' '${this.#path}.foreign'`,
    });
  }
}
