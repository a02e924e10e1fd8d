/** The bytes of S1's `state.json`: a regular file within its bound, or an error that says what stands there instead. */
import { lstatSync, readFileSync, type Stats } from "node:fs";
import { CONTRACT_LIMITS } from "@tau-edge/contract";
import { PortError } from "@tau-edge/ports";
import { fileError } from "./durable-files.ts";
import { posixCode } from "./file-system.ts";
import { withRegularFile } from "./regular-file.ts";

export interface StateBytes {
  readonly bytes: Uint8Array;
  /** The same as long as nobody wrote the file or put another in its place. */
  readonly identity: string;
}

/**
 * At once and not in the thread pool: parsing the file takes far longer than reading it.
 * @param known identity of what the caller has already read; the same file is not read again
 * @returns undefined when there is no file, `"unchanged"` when it is the known one
 * @throws PortError `state_corrupt`, `store_unavailable`
 */
export function readStateBytes(path: string): StateBytes | undefined;
export function readStateBytes(path: string, known: string | undefined): StateBytes | "unchanged" | undefined;
export function readStateBytes(path: string, known?: string): StateBytes | "unchanged" | undefined {
  try {
    return withRegularFile(path, CONTRACT_LIMITS.state_bytes_max, (file, facts) => {
      const identity = identityOf(facts);
      return identity === known ? "unchanged" : { bytes: new Uint8Array(readFileSync(file)), identity };
    });
  } catch (error) {
    const code = posixCode(error);
    if (code === "ELOOP") throw corrupt(path, "It is a symbolic link, which a new version would replace");
    if (error instanceof Error && (code === "EFTYPE" || code === "EFBIG")) throw corrupt(path, error.message);
    throw fileError(error, path);
  }
}

/** Of the file that stands there now. */
export function stateIdentity(path: string): string | undefined {
  const facts = lstatSync(path, { throwIfNoEntry: false });
  return facts === undefined ? undefined : identityOf(facts);
}

function identityOf({ dev, ino, size, mtimeMs, ctimeMs }: Stats): string {
  return `${dev}/${ino}/${size}/${mtimeMs}/${ctimeMs}`;
}

function corrupt(path: string, detail: string): PortError {
  return new PortError("state_corrupt", path, detail, { remedy: "Move it aside." });
}
