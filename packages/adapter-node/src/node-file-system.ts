/** The real disk, by `node:fs` (which Deno has too). */
import { link, lstat, mkdir, open, readdir, rename, unlink, utimes } from "node:fs/promises";
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
    const found = await lstat(path);
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
  link,
  rename,
  unlink,
  async makeDirectory(path, mode) {
    await mkdir(path, { mode });
  },
  syncDirectory,
  facts,
  touch: (path, now_unix_ms) => utimes(path, now_unix_ms / 1000, now_unix_ms / 1000),
  names: (directory) => readdir(directory),
};
