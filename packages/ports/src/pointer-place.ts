/** What every adapter of the pointers asks alike before it looks at its own place. */
import { COMMIT_POINTER_BYTES_MAX, LedgerError, parsePointerKey, parseStream, SYSTEM_STREAM } from "@tau-edge/ledger";
import { PortError } from "./errors.ts";

export interface PointerPlace {
  readonly stream: string;
  readonly rollout_id: string;
  /** Where the rollout began. */
  readonly seq: number;
}

/** @throws PortError `path_escapes` */
export function pointerPlace(key: string): PointerPlace {
  try {
    return parsePointerKey(key);
  } catch (cause) {
    throw escapes(key, "This is not the key of a COMMITTED pointer", cause);
  }
}

/** @throws PortError `path_escapes` */
export function checkPointerStream(stream: string): void {
  try {
    if (parseStream(stream) !== SYSTEM_STREAM) return;
  } catch (cause) {
    throw escapes(stream, "This is not the name of a stream", cause);
  }
  throw escapes(stream, "No rollout stands in this stream", undefined);
}

/** @throws PortError `pointer_corrupt` */
export function checkPointerSize(key: string, size_bytes: number): void {
  if (size_bytes < 1 || size_bytes > COMMIT_POINTER_BYTES_MAX)
    throw new PortError("pointer_corrupt", key, `${size_bytes} bytes; a pointer has 1 to ${COMMIT_POINTER_BYTES_MAX}`);
}

function escapes(at: string, detail: string, cause: unknown): PortError {
  if (cause !== undefined && !(cause instanceof LedgerError)) throw cause;
  return new PortError("path_escapes", at, detail, { cause });
}
