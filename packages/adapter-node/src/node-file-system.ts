/**
 * The real disk, by `node:fs` (which Deno has too). What moves bytes or waits for the disk goes through the thread pool;
 * what only changes names is done at once, because the way to the pool and back takes ten times as long as the call.
 */
import { linkSync, lstatSync, mkdirSync, renameSync, unlinkSync, utimesSync } from "node:fs";
import { open, readdir } from "node:fs/promises";
import { type FileFacts, type FileSystem, posixCode, type WritableFile } from "./file-system.ts";

async function create(path: string, mode: number): Promise<WritableFile> {
  const handle = await open(path, "wx", mode);
  return {
    async write(bytes) {
      let written = 0;
      while (written < bytes.length)
        written += (await handle.write(bytes, written, bytes.length - written, written)).bytesWritten;
    },
    sync: () => handle.sync(),
    close: () => handle.close(),
  };
}

async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
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
  touch: async (path, now_unix_ms) => utimesSync(path, now_unix_ms / 1000, now_unix_ms / 1000),
  names: (directory) => readdir(directory),
};
