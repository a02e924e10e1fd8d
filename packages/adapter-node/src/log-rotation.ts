/** Rotated logs: `<name>.1` is the newest of them. */
import { basename, dirname, join } from "node:path";
import type { DurableFiles } from "./durable-files.ts";
import { type FileSystem, posixCode } from "./file-system.ts";
import { LOG_ROTATION_BYTES_DEFAULT, LOG_ROTATION_FILES_DEFAULT, LOG_ROTATION_FILES_MAX } from "./limits.ts";
import { logError } from "./log-file.ts";

export interface LogRotation {
  /** A log that would have more bytes is rotated first. */
  readonly max_bytes: number;
  /** With the live one; 1 deletes the live one in the place of rotating it. */
  readonly max_files: number;
}

/** S1's environment variables; what is no positive whole number counts as not set. */
export function logRotationOf(environment: { readonly [name: string]: string | undefined }): LogRotation {
  return {
    max_bytes: positive(environment["TAU_LOG_ROTATION_MAX_BYTES"]) ?? LOG_ROTATION_BYTES_DEFAULT,
    max_files: positive(environment["TAU_LOG_ROTATION_MAX_FILES"]) ?? LOG_ROTATION_FILES_DEFAULT,
  };
}

function positive(text: string | undefined): number | undefined {
  const value = text !== undefined && /^\d{1,15}$/.test(text.trim()) ? Number(text) : 0;
  return value > 0 ? value : undefined;
}

/** Paths of the rotated logs that are there, the newest first; a rotation that was broken off may have left a gap. */
export async function rotatedLogs(fs: FileSystem, path: string): Promise<readonly string[]> {
  const prefix = `${basename(path)}.`;
  const names = await fs.names(dirname(path)).catch((error: unknown) => {
    if (posixCode(error) === "ENOENT") return [];
    throw logError(error, dirname(path));
  });
  const numbers = names.flatMap((name) => (name.startsWith(prefix) ? numberOf(name.slice(prefix.length)) : []));
  return numbers.sort((a, b) => a - b).map((number) => join(dirname(path), `${prefix}${number}`));
}

function numberOf(text: string): readonly number[] {
  const number = /^[1-9]\d{0,3}$/.test(text) ? Number(text) : 0;
  return number > 0 && number <= LOG_ROTATION_FILES_MAX ? [number] : [];
}

/**
 * Makes room for a new live log. Only logs up to the first gap move, so that going on with a rotation that was broken off
 * drops nothing; and each name is durable before the next one changes, so that a power cut leaves one of these steps.
 */
export async function rotate(files: DurableFiles, path: string, max_files: number): Promise<void> {
  const present = new Set(await rotatedLogs(files.fs, path));
  const kept = Math.min(max_files, LOG_ROTATION_FILES_MAX) - 1;
  let last = 1;
  while (last < kept && present.has(`${path}.${last}`)) last += 1;
  try {
    if (kept === 0) await files.fs.unlink(path);
    for (let number = kept === 0 ? 0 : last; number > 0; number--) {
      await files.fs.rename(number === 1 ? path : `${path}.${number - 1}`, `${path}.${number}`);
      await files.syncNames(dirname(path));
    }
  } catch (error) {
    throw logError(error, path);
  }
}
