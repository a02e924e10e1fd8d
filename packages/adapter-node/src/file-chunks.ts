/** A regular file from its beginning to its end, a piece at a time, however large it is. */
import { constants, type Stats } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { posixCode } from "./file-system.ts";
import { READ_PIECE_BYTES } from "./limits.ts";

export interface ChunkedFile {
  readonly facts: Stats;
  /** To be asked for once. Every piece is a buffer of its own. The file is closed when they end, or are left. */
  chunks(): AsyncIterable<Uint8Array>;
}

export interface ChunkedFileOptions {
  readonly size_bytes_max: number;
  /** Whether a symbolic link under this name is followed; else it is refused. */
  readonly follow: boolean;
}

/**
 * Without waiting: a FIFO under this name would otherwise hold the process until somebody writes into it.
 * @returns undefined when there is no such name; errors have a POSIX `code`, among them ELOOP for a symbolic link that is
 *   not followed, EFTYPE for what is no file, and EFBIG above `size_bytes_max`
 */
export async function openChunkedFile(
  path: string,
  { size_bytes_max, follow }: ChunkedFileOptions,
): Promise<ChunkedFile | undefined> {
  const handle = await openIfThere(path, follow);
  if (handle === undefined) return undefined;
  try {
    const facts = await handle.stat();
    if (!facts.isFile()) throw failure("EFTYPE", "It is not a file");
    if (facts.size > size_bytes_max)
      throw failure("EFBIG", `It has ${facts.size} bytes, the limit is ${size_bytes_max}`);
    return { facts, chunks: () => chunksOf(handle) };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function* chunksOf(handle: FileHandle): AsyncGenerator<Uint8Array> {
  try {
    for (;;) {
      const piece = new Uint8Array(READ_PIECE_BYTES);
      const { bytesRead } = await handle.read(piece, 0, piece.length, null);
      if (bytesRead === 0) return;
      yield piece.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}

async function openIfThere(path: string, follow: boolean): Promise<FileHandle | undefined> {
  try {
    return await open(path, constants.O_RDONLY | constants.O_NONBLOCK | (follow ? 0 : constants.O_NOFOLLOW));
  } catch (error) {
    if (posixCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

function failure(code: "EFTYPE" | "EFBIG", message: string): Error {
  return Object.assign(new Error(message), { code });
}
