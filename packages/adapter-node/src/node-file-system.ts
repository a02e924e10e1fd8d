/**
 * The real disk, by `node:fs` (which Deno has too). What moves bytes or waits for the disk goes through the thread pool;
 * what only changes names is done at once, because the way to the pool and back takes ten times as long as the call.
 */
import {
  closeSync,
  fsync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  unlinkSync,
  utimesSync,
  write,
  writeSync,
} from "node:fs";
import { readdir } from "node:fs/promises";
import { type FileFacts, type FileSystem, posixCode, type WritableFile } from "./file-system.ts";
import { WRITE_AT_ONCE_BYTES_MAX } from "./limits.ts";
import { withRegularFile } from "./regular-file.ts";

async function create(path: string, mode: number): Promise<WritableFile> {
  const file = openSync(path, "wx", mode);
  return {
    async write(bytes) {
      let written = bytes.length <= WRITE_AT_ONCE_BYTES_MAX ? writeSync(file, bytes, 0, bytes.length, 0) : 0;
      while (written < bytes.length) written += await writeAt(file, bytes, written);
    },
    sync: () => sync(file),
    close: async () => closeSync(file),
  };
}

/** Writes what is left from `position` on, at that position of the file. Returns how much the system took. */
function writeAt(file: number, bytes: Uint8Array, position: number): Promise<number> {
  return new Promise((resolve, reject) => {
    write(file, bytes, position, bytes.length - position, position, (error, count) =>
      error ? reject(error) : resolve(count),
    );
  });
}

function sync(file: number): Promise<void> {
  return new Promise((resolve, reject) => {
    fsync(file, (error) => (error ? reject(error) : resolve()));
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
