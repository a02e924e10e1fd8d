/**
 * Objects as files, `<state-dir>/tau-edge/objects/sha256/<hh>/<hex>`, by a protocol that survives a power cut at
 * every step: temporary file, fsync, link to the final name, fsync of the directory.
 *
 * Objects are read-only files: S1's files are hard links to them, and an editor opened there must not change them.
 */
import { dirname } from "node:path";
import type { Digest } from "@tau-edge/encoding";
import { type Clock, type ObjectStore, PortError } from "@tau-edge/ports";
import { type DurableFiles, fileError } from "./durable-files.ts";
import { posixCode } from "./file-system.ts";
import { PUT_ATTEMPTS_MAX } from "./limits.ts";
import { FileObjectReader, objectPath } from "./object-reader.ts";

const OBJECT_MODE = 0o444;

export class FileObjectStore extends FileObjectReader implements ObjectStore {
  readonly #files: DurableFiles;
  readonly #clock: Clock;

  /** @param clock stamps the age of objects, which a collection looks at */
  constructor(stateDir: string, files: DurableFiles, clock: Clock) {
    super(stateDir);
    this.#files = files;
    this.#clock = clock;
  }

  async putIfAbsent(digest: Digest, bytes: Uint8Array): Promise<boolean> {
    const path = objectPath(this.stateDir, digest);
    this.#files.assertHealthy();
    const created = await this.#put(digest, path, bytes);
    // Also when another writer created it: we acknowledge, so its name must be on the disk now.
    await this.#files.syncNames(dirname(path));
    return created;
  }

  /** A collection may take what stands there between two steps; then it is created. */
  async #put(digest: Digest, path: string, bytes: Uint8Array): Promise<boolean> {
    for (let attempt = 0; attempt < PUT_ATTEMPTS_MAX; attempt += 1) {
      if (await this.#standsThere(digest, path, bytes.length)) return false;
      if (await this.#create(path, bytes)) return true;
    }
    throw new PortError("store_unavailable", path, "It was removed each time that it was stored", {
      remedy: "Repeat the command when no collection runs.",
    });
  }

  /** We acknowledge what stands there, so it must be these bytes and not others of their length. Opening proves it. */
  async #standsThere(digest: Digest, path: string, size_bytes: number): Promise<boolean> {
    if (!(await this.#renew(digest, path, size_bytes))) return false;
    const opened = await this.open(digest);
    await opened?.close();
    // What was not there to be opened, and is there now, was stored in between.
    return opened !== undefined || (await this.#files.fs.facts(path)) !== undefined;
  }

  async #create(path: string, bytes: Uint8Array): Promise<boolean> {
    await this.#files.makeDirectories(this.#files.incoming);
    await this.#files.makeDirectories(dirname(path));
    const temporary = await this.#files.writeTemporary(bytes, OBJECT_MODE);
    try {
      await this.#stamp(temporary);
      return await this.#files.publish(temporary, path);
    } finally {
      await this.#files.discard(temporary);
    }
  }

  /** Makes an object that is there young again, so that no collection takes it from under its new user. */
  async #renew(digest: Digest, path: string, size_bytes: number): Promise<boolean> {
    try {
      const found = await this.#files.fs.facts(path);
      if (found === undefined) return false;
      if (found.kind !== "file" || found.size_bytes !== size_bytes)
        throw new PortError("object_corrupt", digest, `What is stored has not the expected ${size_bytes} bytes`);
      return await this.#stamp(path);
    } catch (error) {
      throw fileError(error, path);
    }
  }

  /** @returns false when it is gone */
  async #stamp(path: string): Promise<boolean> {
    try {
      await this.#files.fs.touch(path, this.#clock.nowUnixMs());
      return true;
    } catch (error) {
      if (posixCode(error) === "ENOENT") return false;
      throw fileError(error, path);
    }
  }
}
