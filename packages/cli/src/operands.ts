/** Turns operands into files, and a file into one buffer: bounded, regular, and read once. */
import { closeSync, constants, fstatSync, globSync, openSync, readSync, type Stats, statSync } from "node:fs";
import { CliError } from "./failure.ts";
import { type CliIo, pathIn } from "./io.ts";

/** The reader of binaries takes no more; asked before a byte is read. */
export const FILE_SIZE_BYTES_MAX = 128 * 1024 * 1024;

const GLOB = /[*?[\]{}]/;

/** A file, or a pattern that matches none: one failed operand, which does not stop the others. */
export interface Operand {
  readonly file: string;
  readonly failure?: CliError;
}

/** Shells differ in what they expand, so patterns are expanded here too; a file that really has such a name comes first. */
export function expandOperands(io: CliIo, operands: readonly string[]): readonly Operand[] {
  return operands.flatMap((operand): Operand | Operand[] => {
    if (!GLOB.test(operand) || isThere(io, operand)) return { file: operand };
    const matches = globSync(operand, { cwd: io.cwd }).sort();
    if (matches.length > 0) return matches.map((file) => ({ file }));
    return { file: operand, failure: new CliError("no_match", `Nothing matches ${operand}`, { at: operand }) };
  });
}

/** @throws CliError `file_unreadable` */
export function isThere(io: Pick<CliIo, "cwd">, path: string): boolean {
  return factsOf(io, path) !== undefined;
}

/** @throws CliError `file_unreadable` */
export function isDirectory(io: Pick<CliIo, "cwd">, path: string): boolean {
  return factsOf(io, path)?.isDirectory() === true;
}

function factsOf(io: Pick<CliIo, "cwd">, path: string): Stats | undefined {
  return withSystemErrors(path, () => statSync(pathIn(io, path), { throwIfNoEntry: false }));
}

/**
 * What is read later and in pieces is refused now where it cannot be read.
 * @throws CliError `file_not_found`, `not_a_file`, `file_too_large`
 */
export function checkFile(io: Pick<CliIo, "cwd">, operand: string, size_bytes_max: number): void {
  checkKind(
    withSystemErrors(operand, () => statSync(pathIn(io, operand))),
    operand,
    size_bytes_max,
  );
}

/**
 * @throws CliError `file_not_found`, `not_a_file`, `file_too_large`, `file_unreadable`, `file_changed`
 */
export function readFileOnce(
  io: Pick<CliIo, "cwd">,
  operand: string,
  size_bytes_max = FILE_SIZE_BYTES_MAX,
): Uint8Array {
  const path = pathIn(io, operand);
  // Asked first because opening a FIFO waits for a writer, and asked again of the open file because a path can change.
  checkFile(io, operand, size_bytes_max);
  const file = withSystemErrors(operand, () => openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)));
  try {
    const { size } = checkKind(fstatSync(file), operand, size_bytes_max);
    return withSystemErrors(operand, () => readWhole(file, size, operand));
  } finally {
    closeSync(file);
  }
}

function readWhole(file: number, size: number, operand: string): Uint8Array {
  // One byte more than there should be: whoever appends while we read is noticed.
  const buffer = new Uint8Array(size + 1);
  let length = 0;
  while (length < buffer.length) {
    const count = readSync(file, buffer, length, buffer.length - length, null);
    if (count === 0) break;
    length += count;
  }
  if (length !== size)
    throw new CliError("file_changed", `${operand} changed while it was read`, { at: operand, remedy: "Try again." });
  return buffer.subarray(0, size);
}

function checkKind(stats: Stats, operand: string, size_bytes_max: number): Stats {
  if (stats.isDirectory())
    throw new CliError("not_a_file", `${operand} is a directory`, {
      at: operand,
      remedy: `Name files, such as '${operand.replace(/\/+$/, "")}/*.wasm'.`,
    });
  if (!stats.isFile()) throw new CliError("not_a_file", `${operand} is not a regular file`, { at: operand });
  if (stats.size > size_bytes_max)
    throw new CliError("file_too_large", `${operand} has ${stats.size} bytes, the limit is ${size_bytes_max}`, {
      at: operand,
    });
  return stats;
}

/** @throws CliError `file_not_found`, `file_unreadable` */
export function withSystemErrors<T>(operand: string, action: () => T): T {
  try {
    return action();
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    if (code === "ENOENT" || code === "ENOTDIR")
      throw new CliError("file_not_found", `There is no file ${operand}`, { at: operand, cause });
    if (typeof code !== "string" || cause instanceof CliError) throw cause;
    throw new CliError("file_unreadable", `${operand} cannot be read (${code})`, { at: operand, cause });
  }
}
