/**
 * The real disk, by `node:fs` (which Deno has too). What moves bytes or waits for the disk goes through the thread pool;
 * what only changes names is done at once, because the way to the pool and back takes ten times as long as the call.
 */
import {
  closeSync,
  constants,
  fsync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  read,
  readFileSync,
  renameSync,
  unlinkSync,
  utimesSync,
  write,
  writeSync,
} from "node:fs";
import { readdir } from "node:fs/promises";
import {
  type AppendableFile,
  type FileFacts,
  type FileSystem,
  posixCode,
  type ReadableFile,
  type WritableFile,
} from "./file-system.ts";
import { WRITE_AT_ONCE_BYTES_MAX } from "./limits.ts";
import { CAREFULLY, openRegularFile, regularFacts, withRegularFile } from "./regular-file.ts";

async function create(path: string, mode: number): Promise<WritableFile> {
  const file = openSync(path, "wx", mode);
  let end = 0;
  return {
    async write(bytes) {
      const start = end;
      end += bytes.length;
      let written = bytes.length <= WRITE_AT_ONCE_BYTES_MAX ? writeSync(file, bytes, 0, bytes.length, start) : 0;
      while (written < bytes.length) written += await writeAt(file, bytes, written, start + written);
    },
    sync: () => sync(file),
    close: async () => closeSync(file),
  };
}

/** Writes what is left of the bytes, at that position of the file or where it ends. Returns how much the system took. */
function writeAt(file: number, bytes: Uint8Array, from: number, position: number | null): Promise<number> {
  return new Promise((resolve, reject) => {
    write(file, bytes, from, bytes.length - from, position, (error, count) => (error ? reject(error) : resolve(count)));
  });
}

function sync(file: number): Promise<void> {
  return new Promise((resolve, reject) => {
    fsync(file, (error) => (error ? reject(error) : resolve()));
  });
}

async function append(path: string, mode: number): Promise<AppendableFile> {
  const file = openSync(path, constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | CAREFULLY, mode);
  try {
    return {
      ...readable(file, regularFacts(file).size),
      write: (bytes) => writeAtEnd(file, bytes),
      sync: () => sync(file),
    };
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

/** The position of a file that was opened for appending is always its end. */
async function writeAtEnd(file: number, bytes: Uint8Array): Promise<void> {
  let written = bytes.length <= WRITE_AT_ONCE_BYTES_MAX ? writeSync(file, bytes) : 0;
  while (written < bytes.length) written += await writeAt(file, bytes, written, null);
}

async function open(path: string): Promise<ReadableFile | undefined> {
  const opened = openRegularFile(path, Number.MAX_SAFE_INTEGER);
  return opened && readable(opened.file, opened.facts.size);
}

function readable(file: number, size_bytes: number): ReadableFile {
  return {
    size_bytes,
    read: (start, end) => readRange(file, start, end),
    close: async () => closeSync(file),
  };
}

async function readRange(file: number, start: number, end: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(end - start);
  let filled = 0;
  while (filled < bytes.length) {
    const count = await readAt(file, bytes, filled, start + filled);
    if (count === 0) throw Object.assign(new Error("The file became shorter"), { code: "EIO" });
    filled += count;
  }
  return bytes;
}

function readAt(file: number, bytes: Uint8Array, filled: number, position: number): Promise<number> {
  return new Promise((resolve, reject) => {
    read(file, bytes, filled, bytes.length - filled, position, (error, count) =>
      error ? reject(error) : resolve(count),
    );
  });
}

async function syncDirectory(path: string): Promise<void> {
  const directory = openSync(path, "r");
  try {
    await sync(directory);
  } finally {
    closeSync(directory);
  }
}

async function facts(path: string): Promise<FileFacts | undefined> {
  try {
    const found = lstatSync(path);
    const kind = found.isFile() ? "file" : found.isDirectory() ? "directory" : "other";
    return {
      kind,
      size_bytes: found.size,
      modified_unix_ms: found.mtimeMs,
      mode: found.mode & 0o777,
      identity: `${found.dev}:${found.ino}`,
    };
  } catch (error) {
    if (posixCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

export const nodeFileSystem: FileSystem = {
  create,
  append,
  open,
  link: async (from, to) => linkSync(from, to),
  rename: async (from, to) => renameSync(from, to),
  unlink: async (path) => unlinkSync(path),
  makeDirectory: async (path, mode) => void mkdirSync(path, { mode }),
  syncDirectory,
  facts,
  read: async (path, size_bytes_max) =>
    withRegularFile(path, size_bytes_max, (file) => new Uint8Array(readFileSync(file))),
  touch: async (path, now_unix_ms) => utimesSync(path, now_unix_ms / 1000, now_unix_ms / 1000),
  names: (directory) => readdir(directory),
};
