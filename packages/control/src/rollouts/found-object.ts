/** An object that may be there or not: what a preflight says of it. */
import type { Digest } from "@tau-edge/encoding";
import { type ObjectReader, PortError } from "@tau-edge/ports";

export type FoundObject =
  | { readonly state: "verified"; readonly bytes: Uint8Array }
  | { readonly state: "missing" | "corrupt" | "unreachable" };

/** Reads the whole object and compares it with its digest. */
export async function findObject(digest: Digest, size_bytes_max: number, objects: ObjectReader): Promise<FoundObject> {
  try {
    const bytes = await objects.read(digest, size_bytes_max);
    return bytes === undefined ? { state: "missing" } : { state: "verified", bytes };
  } catch (error) {
    if (!(error instanceof PortError)) throw error;
    if (error.code === "object_corrupt" || error.code === "object_too_large") return { state: "corrupt" };
    if (error.code === "store_unavailable") return { state: "unreachable" };
    throw error;
  }
}

/** What the reader makes of the bytes; undefined where it refuses them. */
export function readFound<Value>(
  found: FoundObject,
  read: (bytes: Uint8Array) => Value,
  isRefusal: (error: unknown) => boolean,
): Value | undefined {
  if (found.state !== "verified") return undefined;
  try {
    return read(found.bytes);
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
}
