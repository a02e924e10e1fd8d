/** One public file in a map from path to bytes. */
import { PortError, type PublicFile } from "@tau-edge/ports";
import { Faults } from "./faults.ts";

export interface MemoryPublicFileOptions {
  readonly path: string;
  /** May be shared and changed from outside. */
  readonly files: Map<string, Uint8Array>;
  readonly faults?: Faults;
}

export class MemoryPublicFile implements PublicFile {
  readonly #path: string;
  readonly #files: Map<string, Uint8Array>;
  readonly #faults: Faults;

  constructor({ path, files, faults = new Faults() }: MemoryPublicFileOptions) {
    this.#path = path;
    this.#files = files;
    this.#faults = faults;
  }

  async read(size_bytes_max: number): Promise<Uint8Array | undefined> {
    const bytes = this.#files.get(this.#path);
    if (bytes === undefined || bytes.length <= size_bytes_max) return bytes;
    throw new PortError("state_foreign", this.#path, "Something else stands under this name");
  }

  async create(bytes: Uint8Array): Promise<boolean> {
    if (this.#files.has(this.#path)) return false;
    await this.replace(bytes);
    return true;
  }

  async replace(bytes: Uint8Array): Promise<void> {
    this.#faults.write(this.#path, () => this.#files.set(this.#path, bytes.slice()));
  }
}
