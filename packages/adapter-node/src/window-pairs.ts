/** Pairs of numbers in a BLOB: one flat CBOR list, which is read in half the time of a list of lists. */
import { decodeCbor, EncodingError, encodeCbor } from "@tau-edge/encoding";
import { PortError } from "@tau-edge/ports";
import { blob } from "./sqlite-file.ts";

export type Pairs = readonly (readonly [number, number])[];

export function encodePairs(pairs: Pairs): Uint8Array {
  return encodeCbor(pairs.flat());
}

/** @throws PortError `windows_corrupt` */
export function decodePairs(value: unknown, path: string): Pairs {
  const flat = decode(value, path);
  if (!Array.isArray(flat) || flat.length % 2 !== 0) throw corrupt(path);
  const pairs: [number, number][] = [];
  for (let at = 0; at < flat.length; at += 2) {
    const [first, second]: readonly unknown[] = [flat[at], flat[at + 1]];
    if (typeof first !== "number" || typeof second !== "number") throw corrupt(path);
    pairs.push([first, second]);
  }
  return pairs;
}

function decode(value: unknown, path: string): unknown {
  try {
    return decodeCbor(blob(value));
  } catch (error) {
    if (error instanceof EncodingError) throw corrupt(path, error);
    throw error;
  }
}

function corrupt(path: string, cause?: unknown): PortError {
  return new PortError("windows_corrupt", path, "A row does not hold pairs of numbers", {
    cause,
    remedy: "The file is kept. Restore it from a backup, or move it aside.",
  });
}
