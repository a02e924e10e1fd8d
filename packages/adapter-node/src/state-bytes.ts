/** The bytes of S1's `state.json`: a regular file within its bound, or an error that says what stands there instead. */
import { closeSync, lstatSync, readFileSync, readSync, type Stats } from "node:fs";
import { CONTRACT_LIMITS } from "@tau-edge/contract";
import { PortError } from "@tau-edge/ports";
import { fileError } from "./durable-files.ts";
import { type ChunkedFile, openChunkedFile } from "./file-chunks.ts";
import { posixCode } from "./file-system.ts";
import { READ_PIECE_BYTES, WRITE_AT_ONCE_BYTES_MAX } from "./limits.ts";
import { openRegularFile } from "./regular-file.ts";

export interface StateBytes {
  /** The same as long as nobody wrote the file or put another in its place. */
  readonly identity: string;
  /** To be taken once; a chunk holds until the next one is asked for. */
  readonly chunks: Iterable<Uint8Array>;
  close(): void;
}

/**
 * At once and not in the thread pool: parsing the file takes far longer than reading it. A small one is one chunk.
 * @param known identity of what the caller has already read; the same file is not opened for reading again
 * @returns undefined when there is no file, `"unchanged"` when it is the known one
 * @throws PortError `state_corrupt`, `store_unavailable`
 */
export function openStateBytes(path: string): StateBytes | undefined;
export function openStateBytes(path: string, known: string | undefined): StateBytes | "unchanged" | undefined;
export function openStateBytes(path: string, known?: string): StateBytes | "unchanged" | undefined {
  return asPortErrors(path, () => {
    const opened = openRegularFile(path, CONTRACT_LIMITS.state_bytes_max);
    if (opened === undefined) return undefined;
    const { file, facts } = opened;
    const identity = identityOf(facts);
    if (identity === known) {
      closeSync(file);
      return "unchanged";
    }
    if (facts.size > WRITE_AT_ONCE_BYTES_MAX)
      return { identity, chunks: chunksOf(path, file), close: () => closeSync(file) };
    try {
      return { identity, chunks: [new Uint8Array(readFileSync(file))], close: () => undefined };
    } finally {
      closeSync(file);
    }
  });
}

/**
 * For whoever does other things while it is read, and has the time.
 * @throws PortError `state_corrupt`, `store_unavailable`
 */
export async function openStateChunks(path: string): Promise<ChunkedFile | undefined> {
  try {
    return await openChunkedFile(path, { size_bytes_max: CONTRACT_LIMITS.state_bytes_max, follow: false });
  } catch (error) {
    throw stateError(error, path);
  }
}

/** Of the file that stands there now. */
export function stateIdentity(path: string): string | undefined {
  const facts = lstatSync(path, { throwIfNoEntry: false });
  return facts === undefined ? undefined : identityOf(facts);
}

/** All in one buffer. */
function* chunksOf(path: string, file: number): Generator<Uint8Array, void, undefined> {
  const buffer = new Uint8Array(READ_PIECE_BYTES);
  for (;;) {
    const length = asPortErrors(path, () => readSync(file, buffer));
    if (length === 0) return;
    yield buffer.subarray(0, length);
  }
}

function asPortErrors<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw stateError(error, path);
  }
}

function stateError(error: unknown, path: string): unknown {
  const code = posixCode(error);
  if (code === "ELOOP") return corrupt(path, "It is a symbolic link, which a new version would replace");
  if (error instanceof Error && (code === "EFTYPE" || code === "EFBIG")) return corrupt(path, error.message);
  return fileError(error, path);
}

function identityOf({ dev, ino, size, mtimeMs, ctimeMs }: Stats): string {
  return `${dev}/${ino}/${size}/${mtimeMs}/${ctimeMs}`;
}

function corrupt(path: string, detail: string): PortError {
  return new PortError("state_corrupt", path, detail, { remedy: "Move it aside." });
}
