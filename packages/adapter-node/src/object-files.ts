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
    let created = false;
    if (!(await this.#renew(digest, path, bytes.length))) {
      created = await this.#create(path, bytes);
      if (!created) await this.#renew(digest, path, bytes.length);
    }
    // We acknowledge what stands there, so it must be these bytes and not others of their length. Opening proves it.
    if (!created) await (await this.open(digest))?.close();
    // Also when another writer created it: we acknowledge, so its name must be on the disk now.
    await this.#files.syncNames(dirname(path));
    return created;
  }

  async #create(path: string, bytes: Uint8Array): Promise<boolean> {
    await this.#files.makeDirectories(this.#files.incoming);
    await this.#files.makeDirectories(dirname(path));
    const temporary = await this.#files.writeTemporary(bytes, OBJECT_MODE);
    try {
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
      await this.#files.fs.touch(path, this.#clock.nowUnixMs());
      return true;
    } catch (error) {
      throw fileError(error, path);
    }
  }
}
