/** A log on the disk, for whoever reads it: nobody is kept from writing meanwhile. */
import { tryDecodeUtf8 } from "@tau-edge/encoding";
import { PortError } from "@tau-edge/ports";
import { type DurableFiles, fileError } from "./durable-files.ts";
import { type FileSystem, posixCode, type ReadableFile, type WritableFile } from "./file-system.ts";
import { READ_PIECE_BYTES } from "./limits.ts";

/** Before the umask. */
export const LOG_MODE = 0o666;

/** What the file system said of a log, as an error of the port. */
export function logError(error: unknown, path: string): unknown {
  const found = STRANGERS.get(posixCode(error));
  return found === undefined
    ? fileError(error, path)
    : new PortError("state_corrupt", path, found, {
        cause: error,
        remedy: `Move it aside: mv '${path}' '${path}.aside'`,
      });
}

const STRANGERS = new Map([
  ["EFTYPE", "It is not a file"],
  ["EFBIG", "It is too large"],
  ["EISDIR", "It is a directory"],
  ["ENXIO", "It is not a file"],
  ["ELOOP", "It is a symbolic link, which would lead the lines somewhere else"],
]);

/** Hands the open file to `use` and closes it; undefined when there is none. */
export async function withLog<T>(
  fs: FileSystem,
  path: string,
  use: (file: ReadableFile) => Promise<T>,
): Promise<T | undefined> {
  try {
    const file = await fs.open(path);
    if (file === undefined) return undefined;
    try {
      return await use(file);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw logError(error, path);
  }
}

/** From its beginning to where it ended when it was opened. */
export async function* chunksOf(file: ReadableFile): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < file.size_bytes; start += READ_PIECE_BYTES)
    yield await file.read(start, Math.min(start + READ_PIECE_BYTES, file.size_bytes));
}

/** What `see` makes of the first of these lines of which it makes anything. */
export async function lastSeen<T>(
  lines: AsyncIterable<Uint8Array | undefined>,
  see: (line: string) => T | undefined,
): Promise<T | undefined> {
  for await (const bytes of lines) {
    const line = bytes === undefined ? undefined : tryDecodeUtf8(bytes);
    const seen = line === undefined ? undefined : see(line);
    if (seen !== undefined) return seen;
  }
  return undefined;
}

/** At its end, and on the disk; the caller makes the name durable. With no bytes, what stands there is made durable. */
export async function appendToLog(files: DurableFiles, path: string, bytes: Uint8Array): Promise<void> {
  try {
    const file = await files.fs.append(path, LOG_MODE);
    try {
      if (bytes.length > 0) await file.write(bytes);
      await syncLog(files, path, file);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw logError(error, path);
  }
}

/** @throws PortError `store_poisoned` */
export async function syncLog(files: DurableFiles, path: string, file: WritableFile): Promise<void> {
  await file.sync().catch((error: unknown) => {
    throw files.poison(error, path);
  });
}
