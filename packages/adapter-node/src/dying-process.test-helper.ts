/** A process that dies at a chosen operation on its files: a write is done to its half, and nothing happens after it. */
import type { AppendableFile, FileSystem, WritableFile } from "./file-system.ts";

class Died extends Error {
  override readonly name = "Died";
}

export interface DyingProcess {
  readonly fs: FileSystem;
  /** What it throws may be dressed up by then. */
  isDead(): boolean;
}

/** @param operation counted from 1; it is the last one, and done half */
export function dyingAt(fs: FileSystem, operation: number): DyingProcess {
  let done = 0;
  const assertAlive = (): void => {
    if (done >= operation) throw new Died();
  };
  const change = async <T>(whole: () => Promise<T>, half?: () => Promise<unknown>): Promise<T> => {
    assertAlive();
    done += 1;
    if (done < operation) return whole();
    await (half ?? whole)();
    throw new Died();
  };
  const writable = (file: WritableFile) => ({
    write: (bytes: Uint8Array) =>
      change(
        () => file.write(bytes),
        () => file.write(bytes.subarray(0, bytes.length >> 1)),
      ),
    sync: () => change(() => file.sync()),
    // The system closes the files of the dead.
    close: () => file.close(),
  });
  const look = <A extends readonly unknown[], T>(ask: (...of: A) => Promise<T>) => {
    return async (...of: A): Promise<T> => {
      assertAlive();
      return ask(...of);
    };
  };
  return {
    isDead: () => done >= operation,
    fs: {
      create: (path, mode) => change(async () => writable(await fs.create(path, mode))),
      append: (path, mode) =>
        change(async (): Promise<AppendableFile> => {
          const file = await fs.append(path, mode);
          return { ...file, ...writable(file) };
        }),
      open: look(fs.open),
      link: (from, to) => change(() => fs.link(from, to)),
      rename: (from, to) => change(() => fs.rename(from, to)),
      unlink: (path) => change(() => fs.unlink(path)),
      makeDirectory: (path, mode) => change(() => fs.makeDirectory(path, mode)),
      syncDirectory: (path) => change(() => fs.syncDirectory(path)),
      facts: look(fs.facts),
      read: look(fs.read),
      touch: (path, now_unix_ms) => change(() => fs.touch(path, now_unix_ms)),
      names: look(fs.names),
    },
  };
}
