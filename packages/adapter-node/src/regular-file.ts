/** Opens what must be a regular file within a bound, whatever somebody put under its name. */
import { closeSync, constants, fstatSync, openSync, type Stats } from "node:fs";

export interface RegularFile {
  /** Of the open file, which whoever asked for it closes. */
  readonly file: number;
  readonly facts: Stats;
}

/**
 * Without waiting: a FIFO under this name would otherwise hold the process until somebody writes into it.
 * @returns undefined when there is no such name; errors have a POSIX `code`, among them ELOOP for a symbolic link,
 *   EFTYPE for what is no file, and EFBIG above `size_bytes_max`
 */
export function openRegularFile(path: string, size_bytes_max: number): RegularFile | undefined {
  const file = openIfThere(path);
  if (file === undefined) return undefined;
  try {
    const facts = regularFacts(file);
    if (facts.size > size_bytes_max)
      throw failure("EFBIG", `It has ${facts.size} bytes, the limit is ${size_bytes_max}`);
    return { file, facts };
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

/** Hands the open file to `use` and closes it. Returns and throws what `openRegularFile` does. */
export function withRegularFile<T>(
  path: string,
  size_bytes_max: number,
  use: (file: number, facts: Stats) => T,
): T | undefined {
  const opened = openRegularFile(path, size_bytes_max);
  if (opened === undefined) return undefined;
  try {
    return use(opened.file, opened.facts);
  } finally {
    closeSync(opened.file);
  }
}

/** @throws Error EFTYPE for what is no file */
export function regularFacts(file: number): Stats {
  const facts = fstatSync(file);
  if (!facts.isFile()) throw failure("EFTYPE", "It is not a file");
  return facts;
}

/** Without waiting for the other end of a FIFO, and never through a symbolic link. */
export const CAREFULLY = constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** For reading; undefined when there is no such name. */
function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, constants.O_RDONLY | CAREFULLY);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

function failure(code: "EFTYPE" | "EFBIG", message: string): Error {
  return Object.assign(new Error(message), { code });
}
