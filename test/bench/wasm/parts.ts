/** What inputs of the benchmark are put together from. */
import { leb, repeat } from "../../../wasm-fixtures/hostile-bytes.ts";

export const HOSTILE_BYTES = 16 * 1024 * 1024;

export type Part = readonly number[] | Uint8Array;

export function join(...parts: readonly Part[]): Uint8Array {
  return joinAll(parts);
}

/** For more parts than a call can take. */
export function joinAll(parts: readonly Part[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** A section with as many copies of one entry. */
export function vectorSection(
  id: number,
  count: number,
  entry: readonly number[],
  tail: readonly number[] = [],
): Uint8Array {
  const contents = join(leb(count), repeat(count, entry), tail);
  return join([id, ...leb(contents.length)], contents);
}
