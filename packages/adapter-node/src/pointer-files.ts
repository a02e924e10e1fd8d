/**
 * COMMITTED pointers as files, `<state-dir>/tau-edge/committed/<tenant>/<environment>/<blueprint>/<rollout_id>`, by the
 * protocol of objects: temporary file, fsync, link to the final name, fsync of the directory. A link never replaces
 * what stands there, which is what "create if absent" needs.
 */
import { dirname, join, resolve } from "node:path";
import { equalBytes } from "@tau-edge/encoding";
import { COMMIT_POINTER_BYTES_MAX, LedgerError, parseRolloutId, pointerKey } from "@tau-edge/ledger";
import {
  type CommitPointerReader,
  type CommitPointers,
  checkPointerSize,
  checkPointerStream,
  PortError,
  pointerPlace,
} from "@tau-edge/ports";
import { type DurableFiles, fileError } from "./durable-files.ts";
import { type FileSystem, posixCode } from "./file-system.ts";

const POINTER_MODE = 0o444;

export class FileCommitPointerReader implements CommitPointerReader {
  readonly #fs: FileSystem;
  readonly #directory: string;

  constructor(stateDir: string, fs: FileSystem) {
    this.#fs = fs;
    this.#directory = join(resolve(stateDir), "tau-edge", "committed");
  }

  async read(key: string): Promise<Uint8Array | undefined> {
    const path = this.pathOf(key);
    const bytes = await this.#fs.read(path, COMMIT_POINTER_BYTES_MAX).catch((error: unknown) => {
      throw readError(error, key, path);
    });
    if (bytes !== undefined) checkPointerSize(key, bytes.length);
    return bytes;
  }

  async list(stream: string): Promise<readonly string[]> {
    checkPointerStream(stream);
    const directory = join(this.#directory, stream);
    const names = await this.#fs.names(directory).catch((error: unknown) => {
      if (posixCode(error) === "ENOENT") return [];
      throw fileError(error, directory);
    });
    return names
      .flatMap((name) => seqOf(name, stream))
      .sort((a, b) => a.seq - b.seq)
      .map(({ name }) => pointerKey(stream, name));
  }

  protected pathOf(key: string): string {
    const { stream, rollout_id } = pointerPlace(key);
    return join(this.#directory, stream, rollout_id);
  }
}

export class FileCommitPointers extends FileCommitPointerReader implements CommitPointers {
  readonly #files: DurableFiles;

  constructor(files: DurableFiles) {
    super(files.home, files.fs);
    this.#files = files;
  }

  async publish(key: string, bytes: Uint8Array): Promise<"created" | "exists"> {
    const path = this.pathOf(key);
    checkPointerSize(key, bytes.length);
    this.#files.assertHealthy();
    const created = (await this.read(key)) === undefined && (await this.#create(path, bytes));
    if (!created) await this.#compare(key, bytes);
    // Also when another writer created it: we acknowledge, so its name must be on the disk now.
    await this.#files.syncNames(dirname(path));
    return created ? "created" : "exists";
  }

  async #create(path: string, bytes: Uint8Array): Promise<boolean> {
    await this.#files.makeDirectories(this.#files.incoming);
    await this.#files.makeDirectories(dirname(path));
    const temporary = await this.#files.writeTemporary(bytes, POINTER_MODE);
    try {
      return await this.#files.publish(temporary, path, "wait");
    } finally {
      await this.#files.discard(temporary);
    }
  }

  async #compare(key: string, bytes: Uint8Array): Promise<void> {
    const found = await this.read(key);
    if (found === undefined) throw new PortError("store_unavailable", key, "The pointer was removed meanwhile");
    if (!equalBytes(found, bytes))
      throw new PortError("pointer_conflict", key, "The rollout has another pointer, which is kept");
  }
}

/** Other names, such as the lock of a writer, are no pointers. */
function seqOf(name: string, stream: string): readonly { readonly name: string; readonly seq: number }[] {
  try {
    const place = parseRolloutId(name);
    return place.stream === stream ? [{ name, seq: place.seq }] : [];
  } catch (error) {
    if (error instanceof LedgerError) return [];
    throw error;
  }
}

/** What stands there is not read: a larger file, or none at all. */
const NO_POINTER = new Map([
  ["EFBIG", `It has more than ${COMMIT_POINTER_BYTES_MAX} bytes`],
  ["EFTYPE", "It is not a file"],
  ["ELOOP", "It is a symbolic link"],
]);

function readError(error: unknown, key: string, path: string): unknown {
  const detail = NO_POINTER.get(posixCode(error));
  if (detail === undefined) return fileError(error, path);
  return new PortError("pointer_corrupt", key, detail, {
    cause: error,
    remedy: `Move ${path} aside; the pointer is published again from the ledger.`,
  });
}
