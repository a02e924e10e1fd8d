/**
 * A directory that appears whole or not at all: its files are written and synced under another name, which only the last
 * step changes. What a process that died leaves behind ends in `.unfinished`, and nobody takes it for anything.
 */
import { randomUUID } from "node:crypto";
import { closeSync, existsSync, fsync, mkdirSync, openSync, readSync, renameSync } from "node:fs";
import { lstat, readdir, rm, rmdir } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { digestOf } from "@tau-edge/encoding";
import { type FileSum, PortError } from "@tau-edge/ports";
import { atMost } from "./at-most.ts";
import { fileError } from "./durable-files.ts";
import { posixCode } from "./file-system.ts";
import { READ_PIECE_BYTES, SYNCS_AT_ONCE_MAX } from "./limits.ts";
import { startNativeSha256 } from "./native-hash.ts";
import { nodeFileSystem } from "./node-file-system.ts";
import { openRegularFile } from "./regular-file.ts";

/** What `rename` says of a directory that holds something, and of what is no directory. */
const TAKEN = new Set(["ENOTEMPTY", "EEXIST", "ENOTDIR"]);

export class StagedTree {
  /** Where its files are for now. */
  readonly root: string;
  readonly #final: string;
  readonly #directories = new Set<string>();
  readonly #modeOf: (path: string) => number;
  /** What of an empty directory that is filled gets its name last, and makes the rest count. */
  readonly #last: string | undefined;
  /** The first directory above that was not there. */
  #firstMade: string | undefined;

  /**
   * @param final its name at the end
   * @param modeOf of the directory with that path, `""` for the whole; before the umask
   * @param last of what is to be in it, for a directory that is already there, and empty: it is filled, because it may be
   *   a volume, or its account may make no other beside it. Without `last`, none is expected
   */
  constructor(final: string, modeOf: (path: string) => number, last?: string) {
    this.#final = resolve(final);
    this.#last = last !== undefined && existsSync(this.#final) ? last : undefined;
    const home = this.#last === undefined ? dirname(this.#final) : this.#final;
    this.root = join(home, `.${basename(this.#final)}.${randomUUID()}.unfinished`);
    this.#modeOf = modeOf;
  }

  /** The absolute place of a file whose directories are made. */
  at(path: string): string {
    const parts = path.split("/").slice(0, -1);
    for (let count = 0; count <= parts.length; count += 1) this.#makeDirectory(parts.slice(0, count).join("/"));
    return join(this.root, path);
  }

  /**
   * @returns what was read, which is what was written; undefined when there is no such file
   * @throws PortError `store_unavailable`, `store_full`
   */
  async copy(from: string, path: string, modeOf: (found: number) => number): Promise<FileSum | undefined> {
    const to = this.at(path);
    const source = opened(from);
    if (source === undefined) return undefined;
    try {
      const target = await nodeFileSystem.create(to, modeOf(source.mode));
      try {
        const sum = await readThrough(source.file, source.size_bytes, (piece) => target.write(piece));
        await target.sync();
        return sum;
      } finally {
        await target.close();
      }
    } catch (error) {
      throw fileError(error, to);
    } finally {
      closeSync(source.file);
    }
  }

  async write(path: string, pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, mode = 0o644): Promise<void> {
    const to = this.at(path);
    try {
      const target = await nodeFileSystem.create(to, mode);
      try {
        for await (const piece of pieces) await target.write(piece);
        await target.sync();
      } finally {
        await target.close();
      }
    } catch (error) {
      throw fileError(error, to);
    }
  }

  /** Makes durable what somebody else has written under this path. */
  async sync(path: string): Promise<void> {
    await synced(join(this.root, path));
  }

  /**
   * Makes everything durable and gives it its name.
   * @throws PortError `not_empty` when something stands there by now
   */
  async publish(): Promise<void> {
    await atMost(SYNCS_AT_ONCE_MAX, this.#directories, (path) => synced(join(this.root, path)));
    if (this.#last !== undefined) return this.#fill(this.#last);
    renamed(this.root, this.#final);
    await synced(dirname(this.#final));
    // Those above that were made for it are not durable before their names are.
    for (let made = dirname(this.#final); made.length >= (this.#firstMade?.length ?? Infinity); made = dirname(made))
      await synced(dirname(made));
  }

  /** A process that dies on the way leaves files without what makes them count, and a directory that is not empty. */
  async #fill(last: string): Promise<void> {
    const names = await readdir(this.root);
    const others = (await readdir(this.#final)).filter((name) => name !== basename(this.root));
    if (others.length > 0) throw notEmpty(this.#final, undefined);
    const moved: string[] = [];
    try {
      for (const name of [...names.filter((name) => name !== last), last]) {
        if (name === last) await synced(this.#final);
        renamed(join(this.root, name), join(this.#final, name));
        moved.push(name);
      }
    } catch (error) {
      for (const name of moved) await rm(join(this.#final, name), { recursive: true, force: true });
      throw error;
    }
    await rmdir(this.root);
    await synced(this.#final);
  }

  async discard(): Promise<void> {
    await rm(this.root, { recursive: true, force: true });
  }

  #makeDirectory(path: string): void {
    if (this.#directories.has(path)) return;
    const at = join(this.root, path);
    try {
      if (path === "") this.#firstMade = mkdirSync(dirname(at), { recursive: true });
      mkdirSync(at, { mode: this.#modeOf(path) });
    } catch (error) {
      if (posixCode(error) !== "EEXIST") throw fileError(error, at);
    }
    this.#directories.add(path);
  }
}

function renamed(from: string, to: string): void {
  try {
    // Over a directory that is empty; POSIX refuses any other.
    renameSync(from, to);
  } catch (error) {
    if (TAKEN.has(posixCode(error))) throw notEmpty(to, error);
    throw fileError(error, to);
  }
}

/** What a file holds, and nothing is written. @throws PortError `store_unavailable`, also when there is none */
export async function measureFile(path: string): Promise<FileSum> {
  const source = opened(path);
  if (source === undefined) throw new PortError("store_unavailable", path, "The file was removed meanwhile");
  try {
    return await readThrough(source.file, source.size_bytes, async () => undefined);
  } catch (error) {
    throw fileError(error, path);
  } finally {
    closeSync(source.file);
  }
}

/** @throws PortError `not_empty` unless there is nothing under that name, or an empty directory where one may be */
export async function checkNothingAt(path: string, mayBeEmpty: boolean): Promise<void> {
  try {
    const found = await lstat(path);
    if (mayBeEmpty && found.isDirectory() && (await readdir(path)).length === 0) return;
  } catch (error) {
    if (posixCode(error) === "ENOENT") return;
    throw fileError(error, path);
  }
  throw notEmpty(path, undefined);
}

function notEmpty(path: string, cause: unknown): PortError {
  return new PortError("not_empty", path, "Something stands there already, and is kept", {
    ...(cause === undefined ? {} : { cause }),
    remedy: "Name another place, or move aside what stands there.",
  });
}

function opened(
  path: string,
): { readonly file: number; readonly size_bytes: number; readonly mode: number } | undefined {
  try {
    const found = openRegularFile(path, Number.MAX_SAFE_INTEGER);
    return found && { file: found.file, size_bytes: found.facts.size, mode: found.facts.mode & 0o777 };
  } catch (error) {
    throw fileError(error, path);
  }
}

/** To the end of the file, also when it grows meanwhile: logs do. */
async function readThrough(
  file: number,
  size_bytes: number,
  take: (piece: Uint8Array) => Promise<void>,
): Promise<FileSum> {
  const hash = startNativeSha256();
  // One byte more than there is: the read that finds the end of a small file is then its first.
  const buffer = new Uint8Array(Math.min(READ_PIECE_BYTES, size_bytes + 1));
  let length = 0;
  for (;;) {
    const count = readSync(file, buffer, 0, buffer.length, length);
    if (count === 0) return { size_bytes: length, sha256: digestOf(hash.digest()) };
    const piece = buffer.subarray(0, count);
    hash.update(piece);
    await take(piece);
    length += count;
    // Who wants the process to end is heard in a large file, too.
    if (count === buffer.length) await turn();
  }
}

async function synced(path: string): Promise<void> {
  const file = openSync(path, "r");
  try {
    await new Promise<void>((done, fail) => fsync(file, (error) => (error ? fail(error) : done())));
  } catch (error) {
    // Windows and some network file systems have no such call on directories.
    if (posixCode(error) !== "EINVAL" && posixCode(error) !== "EPERM") throw fileError(error, path);
  } finally {
    closeSync(file);
  }
}
