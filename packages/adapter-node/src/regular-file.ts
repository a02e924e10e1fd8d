/** Opens what must be a small regular file, whatever somebody put under its name. */
import { closeSync, constants, fstatSync, openSync, type Stats } from "node:fs";

/**
 * Hands the open file to `use` and closes it. Without waiting: a FIFO under this name would otherwise hold the process
 * until somebody writes into it.
 * @returns undefined when there is no such name; errors have a POSIX `code`, among them ELOOP for a symbolic link,
 *   EFTYPE for what is no file, and EFBIG above `size_bytes_max`
 */
export function withRegularFile<T>(
  path: string,
  size_bytes_max: number,
  use: (file: number, facts: Stats) => T,
): T | undefined {
  const file = openIfThere(path);
  if (file === undefined) return undefined;
  try {
    const facts = fstatSync(file);
    if (!facts.isFile()) throw failure("EFTYPE", "It is not a file");
    if (facts.size > size_bytes_max)
      throw failure("EFBIG", `It has ${facts.size} bytes, the limit is ${size_bytes_max}`);
    return use(file, facts);
  } finally {
    closeSync(file);
  }
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

function failure(code: "EFTYPE" | "EFBIG", message: string): Error {
  return Object.assign(new Error(message), { code });
}
