/** The lines of a log in memory. */
import { tryDecodeUtf8 } from "@tau-edge/encoding";
import { continuation } from "@tau-edge/ports";

export interface MemoryLines {
  /** Whole ones, and what stands behind the last line break unless it is nothing; empty where they are no text. */
  readonly lines: readonly string[];
  readonly torn: Uint8Array;
}

export function memoryLines(bytes: Uint8Array): MemoryLines {
  const lines: string[] = [];
  let from = 0;
  for (let at = bytes.indexOf(0x0a); at >= 0; at = bytes.indexOf(0x0a, from)) {
    lines.push(tryDecodeUtf8(bytes.subarray(from, at)) ?? "");
    from = at + 1;
  }
  const torn = bytes.subarray(from);
  return { lines: torn.length === 0 ? lines : [...lines, tryDecodeUtf8(torn) ?? ""], torn };
}

export function continued(bytes: Uint8Array, lines: readonly string[]): Uint8Array {
  const added = continuation(memoryLines(bytes).torn, lines);
  const whole = new Uint8Array(bytes.length + added.length);
  whole.set(bytes);
  whole.set(added, bytes.length);
  return whole;
}
