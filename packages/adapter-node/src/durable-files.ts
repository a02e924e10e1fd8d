/**
 * How bytes reach a name so that no reader ever sees half of them and no power cut takes them back: temporary file,
 * fsync, link (or rename), fsync of the directory. After the first failed fsync nobody can say what is on the disk,
 * so this process acknowledges nothing any more.
 */
import { randomUUID } from "node:crypto";
import { dirname, join, resolve, sep } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { PortError } from "@tau-edge/ports";
import { type FileSystem, posixCode } from "./file-system.ts";
import { LEFTOVER_AGE_MS, LOCK_POLL_MS, LOCK_WAIT_MS } from "./limits.ts";

/** The platform has no such call on directories (Windows, some network file systems). */
const DIRECTORY_SYNC_ABSENT = new Set(["EINVAL", "ENOTSUP", "EISDIR", "EPERM"]);
/** The file system makes no hard links, or not between these two places. */
export const LINK_REFUSED = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "EXDEV", "ENOSYS", "EMLINK"]);

/** What a file operation threw, as an error of the port; what is no answer of the system is a bug and stays as it is. */
export function fileError(error: unknown, at: string): unknown {
  const code = posixCode(error);
  if (error instanceof PortError || !/^E[A-Z0-9]+$/.test(code)) return error;
  if (code === "ENOSPC" || code === "EDQUOT")
    return new PortError("store_full", at, "The disk or the quota is full", { cause: error });
  const remedy = REMEDIES.get(code);
  return new PortError("store_unavailable", at, `The file system answered ${code}`, {
    cause: error,
    ...(remedy === undefined ? {} : { remedy }),
  });
}

/** What nobody may touch who asks. */
export const NO_ACCESS_REMEDY =
  "Use the account that owns the state directory, or ask a gateway with --gateway URL; looking needs it too.";

const REMEDIES = new Map([
  ["EACCES", NO_ACCESS_REMEDY],
  ["EPERM", NO_ACCESS_REMEDY],
  ["EROFS", NO_ACCESS_REMEDY],
  ["ENOTDIR", "Name a directory: a file stands where one is needed."],
]);

export class DurableFiles {
  readonly fs: FileSystem;
  /** Where temporary files are made: inside the tree whose files they become. */
  readonly incoming: string;
  /** The state directory. */
  readonly home: string;
  /** Directories whose own name is known to be on the disk. */
  readonly #durable = new Set<string>();
  /** Directories that this process made: above the state directory, only these are ours to sync. */
  readonly #created = new Set<string>();
  #poison: PortError | undefined;
  #durability: "full" | "reduced" = "full";

  /** @param home the state directory; what lies above it is not ours to create durably, except when it is missing */
  constructor(fs: FileSystem, home: string) {
    this.fs = fs;
    this.home = resolve(home);
    this.incoming = join(this.home, "tau-edge", "incoming");
  }

  /** `reduced` where directories cannot be synced: names may be lost in a power cut, never the bytes under a name. */
  get durability(): "full" | "reduced" {
    return this.#durability;
  }

  /** @throws PortError `store_poisoned` */
  assertHealthy(): void {
    if (this.#poison !== undefined)
      throw new PortError("store_poisoned", this.#poison.at, "An earlier write could not be made durable", {
        cause: this.#poison,
        remedy: "Look at the disk, then start this program again; it recovers from what is stored.",
      });
  }

  /** Makes every later write of this process fail. */
  poison(error: unknown, at: string): PortError {
    const poison = new PortError("store_poisoned", at, "A write could not be made durable", {
      cause: error,
      remedy: "Look at the disk, then start this program again; it recovers from what is stored.",
    });
    this.#poison ??= poison;
    return poison;
  }

  /** Creates the directory and its missing parents. Their names are durable after `syncNames`. */
  async makeDirectories(path: string): Promise<void> {
    if (await this.#makeDirectory(path)) return;
    await this.makeDirectories(dirname(path));
    // A link to nothing is there and yet holds no directory.
    if (await this.#makeDirectory(path)) return;
    throw new PortError("store_unavailable", dirname(path), "No directory can be made in it", {
      remedy: "Name another directory, or, if it is a link, make the place that it leads to.",
    });
  }

  /** @returns false when its parent is missing */
  async #makeDirectory(path: string): Promise<boolean> {
    // The ledger and the objects are ours alone; S1's directories are for everybody whom the umask lets in.
    const mode = path.startsWith(join(this.home, "tau-edge")) ? 0o700 : 0o777;
    try {
      await this.fs.makeDirectory(path, mode);
      this.#created.add(path);
      this.#durable.delete(path);
      return true;
    } catch (error) {
      if (posixCode(error) === "EEXIST") return true;
      if (posixCode(error) === "ENOENT" && dirname(path) !== path) return false;
      throw fileError(error, path);
    }
  }

  /**
   * Makes the names in this directory durable, and the way to it: one sync for each directory on the way in the life of
   * this process, because one that stood there may be another process's and not yet durable. All at once, so that the
   * file system can answer them with one write of its journal.
   */
  async syncNames(directory: string): Promise<void> {
    const way: string[] = [];
    for (let path = directory; dirname(path) !== path; path = dirname(path)) {
      const ours = path === this.home || path.startsWith(this.home + sep);
      if (!this.#durable.has(path) && (ours || this.#created.has(path))) way.push(path);
    }
    await Promise.all([...new Set([directory, ...way.map(dirname)])].map((path) => this.#syncDirectory(path)));
    for (const path of way) this.#durable.add(path);
    this.assertHealthy();
  }

  async #syncDirectory(path: string): Promise<void> {
    this.assertHealthy();
    try {
      await this.fs.syncDirectory(path);
    } catch (error) {
      const code = posixCode(error);
      if (DIRECTORY_SYNC_ABSENT.has(code)) {
        this.#durability = "reduced";
        return;
      }
      // Above the state directory we may lack the right to open; whoever made that directory answers for it.
      if (code === "EACCES" && !path.startsWith(this.home)) return;
      throw this.poison(error, path);
    }
  }

  /**
   * A new file with these bytes on the disk, under a name that nobody can guess. The caller publishes or discards it.
   * @throws what the iteration throws, and then nothing of the file stays
   */
  async writeTemporary(
    bytes: Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
    mode: number,
    directory: string = this.incoming,
  ): Promise<string> {
    this.assertHealthy();
    const path = join(directory, `.${randomUUID()}.tmp`);
    try {
      const file = await this.fs.create(path, mode);
      try {
        if (bytes instanceof Uint8Array) await file.write(bytes);
        else for await (const piece of bytes) await file.write(piece);
        await file.sync().catch((error: unknown) => {
          throw this.poison(error, path);
        });
      } finally {
        await file.close();
      }
      return path;
    } catch (error) {
      await this.discard(path);
      throw fileError(error, path);
    }
  }

  /**
   * Removes a file. The caller calls `syncNames` for its directory before it says so to anybody.
   * @returns its size, or undefined when it is not there
   * @throws PortError `store_unavailable` where we may not, and nothing was done; `store_poisoned` where nobody can say
   */
  async remove(path: string): Promise<number | undefined> {
    this.assertHealthy();
    try {
      const found = await this.fs.facts(path);
      if (found === undefined) return undefined;
      await this.fs.unlink(path);
      return found.size_bytes;
    } catch (error) {
      const code = posixCode(error);
      if (code === "ENOENT") return undefined;
      throw REMEDIES.has(code) ? fileError(error, path) : this.poison(error, path);
    }
  }

  /** Removes a temporary file. Failing to do so is no failure: it is swept away later. */
  async discard(path: string): Promise<void> {
    await this.fs.unlink(path).catch(() => undefined);
  }

  /** Puts a temporary file in the place of `path`, whatever stood there, and makes that durable. */
  async replace(temporary: string, path: string): Promise<void> {
    try {
      await this.fs.rename(temporary, path);
    } catch (error) {
      await this.discard(temporary);
      throw fileError(error, path);
    }
    await this.syncNames(dirname(path));
  }

  /**
   * Gives `from` the name `to` unless that name is taken. The caller calls `syncNames` for its directory before it
   * acknowledges anything, and discards `from`.
   * @param staleLock what to do about a lock that nobody lets go of, where hard links are refused. `ignore` when every
   *   writer of this name has the same bytes: it costs at most a second rename of equal content. `wait` otherwise.
   * @returns false when the name was taken
   */
  async publish(from: string, to: string, staleLock: "ignore" | "wait" = "ignore"): Promise<boolean> {
    try {
      await this.fs.link(from, to);
      return true;
    } catch (error) {
      const code = posixCode(error);
      if (code === "EEXIST") return false;
      if (LINK_REFUSED.has(code)) return this.#publishByRename(from, to, staleLock);
      throw fileError(error, to);
    }
  }

  /** Where hard links are refused: a lock file says who creates, and rename puts the whole file there. */
  async #publishByRename(from: string, to: string, staleLock: "ignore" | "wait"): Promise<boolean> {
    const lock = `${to}.lock`;
    const held = await this.#lock(lock, to);
    if (held === "stale" && staleLock === "wait")
      throw new PortError("store_unavailable", lock, "A writer did not let go of this name", {
        remedy: `If no other tau-edge runs, remove it: rm ${lock}`,
      });
    try {
      if ((await this.fs.facts(to)) !== undefined) return false;
      await this.fs.rename(from, to);
      return true;
    } catch (error) {
      throw fileError(error, to);
    } finally {
      if (held !== "overtaken") await this.discard(lock);
    }
  }

  /** `overtaken`: the holder of the lock made the file meanwhile. `stale`: it did not, and is gone. */
  async #lock(lock: string, to: string): Promise<"mine" | "overtaken" | "stale"> {
    for (let waited_ms = 0; waited_ms < LOCK_WAIT_MS; waited_ms += LOCK_POLL_MS) {
      try {
        await (await this.fs.create(lock, 0o600)).close();
        return "mine";
      } catch (error) {
        if (posixCode(error) !== "EEXIST") throw fileError(error, lock);
      }
      await pause(LOCK_POLL_MS);
      if ((await this.fs.facts(to)) !== undefined) return "overtaken";
    }
    return "stale";
  }

  /** Removes temporary files of writers that died. */
  async sweep(now_unix_ms: number, directory: string = this.incoming): Promise<void> {
    const names = await this.fs.names(directory).catch(() => []);
    for (const name of names) {
      if (!name.startsWith(".") || !name.endsWith(".tmp")) continue;
      const path = join(directory, name);
      const found = await this.fs.facts(path).catch(() => undefined);
      if (found?.kind === "file" && now_unix_ms - found.modified_unix_ms > LEFTOVER_AGE_MS) await this.discard(path);
    }
  }
}
