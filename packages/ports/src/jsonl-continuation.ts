/** What is written behind the end of a log, so that whole lines stand there, whatever a dead writer left. */
import { encodeUtf8 } from "@tau-edge/encoding";

/**
 * @param torn what stands after the last line break; undefined when it is longer than any line
 * @param lines that are to stand in the log next, without line breaks; none of them is there yet
 */
export function continuation(torn: Uint8Array | undefined, lines: readonly string[]): Uint8Array {
  if (torn?.length === 0 && lines.length === 0) return torn;
  const wanted = encodeUtf8(lines.map((line) => `${line}\n`).join(""));
  // A torn tail has no line break in it, so what begins with it begins with it in its first line.
  if (torn !== undefined && beginsWith(wanted, torn)) return wanted.subarray(torn.length);
  const ended = new Uint8Array(wanted.length + 1);
  ended[0] = 0x0a;
  ended.set(wanted, 1);
  return ended;
}

function beginsWith(wanted: Uint8Array, torn: Uint8Array): boolean {
  return torn.length < wanted.length && torn.every((byte, at) => byte === wanted[at]);
}
