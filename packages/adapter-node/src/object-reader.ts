/**
 * Reads objects from files. What is served has been hashed by this process, once for each file: it is remembered by
 * what the file system says about it (inode, size, times), and hashed again when any of that changes.
 */
import { createHash } from "node:crypto";
import { constants, fstatSync, type Stats } from "node:fs";
import { type FileHandle, lstat, open } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type Digest, digestHex, digestOf, isDigest } from "@tau-edge/encoding";
import { type ByteRange, type ObjectInfo, type ObjectReader, type OpenObject, PortError } from "@tau-edge/ports";
import { fileError } from "./durable-files.ts";
import { fileStream } from "./file-stream.ts";
import { posixCode } from "./file-system.ts";
import { hashOfHandle } from "./hash-file.ts";
import { VERIFIED_OBJECTS_MAX } from "./limits.ts";

/** Where the objects of a state directory lie. */
export function objectsDirectory(stateDir: string): string {
  return join(stateDir, "tau-edge", "objects", "sha256");
}

/** The path of an object; two hex digits of fan-out keep directories small. */
export function objectPath(stateDir: string, digest: Digest): string {
  if (!isDigest(digest)) throw new TypeError("not a digest");
  const hex = digestHex(digest);
  return join(objectsDirectory(stateDir), hex.slice(0, 2), hex);
}

export class FileObjectReader implements ObjectReader {
  readonly stateDir: string;
  /** Digest -> identity of the file that had it. */
  readonly #verified = new Map<Digest, string>();
  /** Verifications under way, so that a crowd of first readers hashes once. */
  readonly #verifying = new Map<string, Promise<void>>();

  constructor(stateDir: string) {
    this.stateDir = resolve(stateDir);
  }

  async stat(digest: Digest): Promise<ObjectInfo | undefined> {
    const path = objectPath(this.stateDir, digest);
    try {
      const found = await lstat(path);
      if (!found.isFile()) throw notAFile(digest, path);
      return { digest, size_bytes: found.size };
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw fileError(error, path);
    }
  }

  async open(digest: Digest): Promise<OpenObject | undefined> {
    const opened = await this.#openFile(digest);
    if (opened === undefined) return undefined;
    const { handle, facts } = opened;
    try {
      await this.#verify(digest, handle, facts);
    } catch (error) {
      await handle.close();
      throw fileError(error, digest);
    }
    return openObject(digest, handle, facts.size);
  }

  async read(digest: Digest, size_bytes_max: number): Promise<Uint8Array | undefined> {
    const opened = await this.#openFile(digest);
    if (opened === undefined) return undefined;
    const { handle, facts } = opened;
    try {
      if (facts.size > size_bytes_max)
        throw new PortError("object_too_large", digest, `It has ${facts.size} bytes, the limit is ${size_bytes_max}`);
      const bytes = await readWhole(handle, facts.size, digest);
      if (createHash("sha256").update(bytes).digest("hex") !== digestHex(digest)) throw wrongDigest(digest);
      return bytes;
    } catch (error) {
      throw fileError(error, digest);
    } finally {
      await handle.close();
    }
  }

  async #openFile(digest: Digest): Promise<{ handle: FileHandle; facts: Stats } | undefined> {
    const path = objectPath(this.stateDir, digest);
    let handle: FileHandle | undefined;
    try {
      handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
      // Of an open file the system has them at hand: this waits for no disk.
      const facts = fstatSync(handle.fd);
      if (!facts.isFile()) throw notAFile(digest, path);
      return { handle, facts };
    } catch (error) {
      await handle?.close();
      if (isAbsent(error)) return undefined;
      throw posixCode(error) === "ELOOP" ? notAFile(digest, path) : fileError(error, path);
    }
  }

  async #verify(digest: Digest, handle: FileHandle, facts: Stats): Promise<void> {
    const identity = `${facts.dev}/${facts.ino}/${facts.size}/${facts.mtimeMs}/${facts.ctimeMs}`;
    if (this.#verified.get(digest) === identity) return;
    const key = `${digest} ${identity}`;
    let running = this.#verifying.get(key);
    if (running === undefined) {
      running = proveDigest(handle, facts.size, digest).finally(() => this.#verifying.delete(key));
      this.#verifying.set(key, running);
    }
    await running;
    if (this.#verified.size >= VERIFIED_OBJECTS_MAX) this.#verified.clear();
    this.#verified.set(digest, identity);
  }
}

function isAbsent(error: unknown): boolean {
  const code = posixCode(error);
  return code === "ENOENT" || code === "ENOTDIR";
}

function notAFile(digest: Digest, path: string): PortError {
  return new PortError("object_corrupt", digest, `${path} is not a file`);
}

function wrongDigest(digest: Digest): PortError {
  return new PortError("object_corrupt", digest, "The stored bytes have another digest", {
    remedy: "Restore the file from a backup, or remove it and package the artifact again.",
  });
}

async function readWhole(handle: FileHandle, size_bytes: number, digest: Digest): Promise<Uint8Array> {
  const bytes = new Uint8Array(size_bytes);
  let filled = 0;
  while (filled < size_bytes) {
    const { bytesRead } = await handle.read(bytes, filled, size_bytes - filled, filled);
    if (bytesRead === 0) throw wrongDigest(digest);
    filled += bytesRead;
  }
  return bytes;
}

async function proveDigest(handle: FileHandle, size_bytes: number, digest: Digest): Promise<void> {
  if (digestOf(await hashOfHandle(handle, size_bytes)) !== digest) throw wrongDigest(digest);
}

function openObject(digest: Digest, handle: FileHandle, size_bytes: number): OpenObject {
  let taken = false;
  return {
    digest,
    size_bytes,
    body(range?: ByteRange) {
      if (taken) throw new TypeError("the body of an open object was already taken");
      const { start, end } = range ?? { start: 0, end: size_bytes };
      if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start < 0 || end < start || end > size_bytes)
        throw new RangeError(`no range ${start}..${end} in ${size_bytes} bytes`);
      taken = true;
      return fileStream(handle, start, end);
    },
    async close() {
      if (taken) return;
      taken = true;
      await handle.close();
    },
  };
}
