/**
 * The files below a directory, in the order of the UTF-8 bytes of their paths. What is neither a regular file nor a
 * directory is refused: a link followed here would be another's file there.
 */
import type { Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { compareUtf8, digestOf } from "@tau-edge/encoding";
import type { TreeEntry } from "@tau-edge/ledger";
import { type FileSum, PortError } from "@tau-edge/ports";
import { fileError } from "./durable-files.ts";
import { openChunkedFile } from "./file-chunks.ts";
import { posixCode } from "./file-system.ts";
import { startNativeSha256 } from "./native-hash.ts";

export interface WalkOptions {
  /** Asked for each path, that of a directory with a slash at its end: what it says yes to is passed over with all below. */
  readonly leaveOut?: (path: string) => boolean;
}

/**
 * Relative paths of all files, joined by `/`; none where there is no directory.
 * @throws PortError `path_escapes` for a link and whatever else is neither file nor directory, `store_unavailable`
 */
export function walkTree(home: string, { leaveOut = () => false }: WalkOptions = {}): AsyncGenerator<string> {
  return below(home, "", leaveOut);
}

/**
 * The same with size and SHA-256, as `treeHash` takes them. A file that changes while it is read gives what was read.
 * @throws PortError as `walkTree`
 */
export async function* hashedTree(home: string, options: WalkOptions = {}): AsyncGenerator<TreeEntry> {
  for await (const path of walkTree(home, options)) yield { path, ...(await sumOf(filePieces(join(home, path)))) };
}

async function* below(home: string, prefix: string, leaveOut: (path: string) => boolean): AsyncGenerator<string> {
  const found = (await entriesOf(join(home, prefix))).map((entry) => ({
    entry,
    // A directory stands where its name with a slash would.
    path: `${prefix}${entry.name}${entry.isDirectory() ? "/" : ""}`,
  }));
  for (const { entry, path } of found.sort((a, b) => compareUtf8(a.path, b.path))) {
    if (leaveOut(path)) continue;
    if (entry.isDirectory()) yield* below(home, path, leaveOut);
    else if (entry.isFile()) yield path;
    else throw strange(join(home, path), entry.isSymbolicLink());
  }
}

async function entriesOf(directory: string): Promise<Dirent[]> {
  try {
    return await readdir(directory, { withFileTypes: true });
  } catch (error) {
    if (posixCode(error) === "ENOENT") return [];
    throw fileError(error, directory);
  }
}

function strange(at: string, isLink: boolean): PortError {
  const detail = isLink ? "It is a symbolic link, which is not followed" : "It is neither a file nor a directory";
  const remedy = isLink ? "Put a copy of what it points to in its place." : `Move it aside: mv '${at}' ELSEWHERE`;
  return new PortError("path_escapes", at, detail, { remedy });
}

/** What a file holds, whose pieces these are. */
export async function sumOf(pieces: AsyncIterable<Uint8Array>): Promise<FileSum> {
  const summed = new SummedPieces(pieces);
  for await (const _ of summed);
  return summed.sum();
}

/** Pieces that are counted and hashed on their way to somebody else. */
export class SummedPieces implements AsyncIterable<Uint8Array> {
  readonly #pieces: AsyncIterable<Uint8Array>;
  readonly #hash = startNativeSha256();
  #size_bytes = 0;

  constructor(pieces: AsyncIterable<Uint8Array>) {
    this.#pieces = pieces;
  }

  /** Once. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for await (const piece of this.#pieces) {
      this.#hash.update(piece);
      this.#size_bytes += piece.length;
      yield piece;
    }
  }

  /** Once, after the pieces were taken to their end. */
  sum(): FileSum {
    return { size_bytes: this.#size_bytes, sha256: digestOf(this.#hash.digest()) };
  }
}

/**
 * A file that was found in its directory, from its beginning to its end.
 * @throws PortError `store_unavailable`, also when it is gone
 */
export async function* filePieces(at: string): AsyncGenerator<Uint8Array> {
  try {
    const file = await openChunkedFile(at, { size_bytes_max: Number.MAX_SAFE_INTEGER, follow: false });
    if (file === undefined)
      throw new PortError("store_unavailable", at, "The file was removed while its directory was read");
    yield* file.chunks();
  } catch (error) {
    throw fileError(error, at);
  }
}
