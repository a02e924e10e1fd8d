/** Pairs of numbers in a BLOB: one flat CBOR list, which is read in half the time of a list of lists. */
import { decodeCbor, EncodingError, encodeCbor } from "@tau-edge/encoding";
import { PortError } from "./errors.ts";

export type Pairs = readonly (readonly [number, number])[];

export function encodePairs(pairs: Pairs): Uint8Array {
  return encodeCbor(pairs.flat());
}

/** @throws PortError `windows_corrupt` */
export function decodePairs(value: unknown, place: string): Pairs {
  const flat = decode(value, place);
  if (!Array.isArray(flat) || flat.length % 2 !== 0) throw corrupt(place);
  const pairs: [number, number][] = [];
  for (let at = 0; at < flat.length; at += 2) {
    const [first, second]: readonly unknown[] = [flat[at], flat[at + 1]];
    if (typeof first !== "number" || typeof second !== "number") throw corrupt(place);
    pairs.push([first, second]);
  }
  return pairs;
}

function decode(value: unknown, place: string): unknown {
  try {
    return decodeCbor(bytesOf(value));
  } catch (error) {
    if (error instanceof EncodingError) throw corrupt(place, error);
    throw error;
  }
}

/** STRICT tables give nothing else; what does was not written by us, and holds no CBOR. */
function bytesOf(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  return value instanceof ArrayBuffer ? new Uint8Array(value) : new Uint8Array(0);
}

function corrupt(place: string, cause?: unknown): PortError {
  return new PortError("windows_corrupt", place, "A row does not hold pairs of numbers", {
    cause,
    remedy: "The file is kept. Restore it from a backup, or move it aside.",
  });
}
