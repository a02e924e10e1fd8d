/** What is written behind the end of a log, so that whole lines stand there, whatever a dead writer left. */
import { encodeUtf8 } from "@tau-edge/encoding";

/**
 * @param torn what stands after the last line break, undefined when it is longer than any line
 * @param lines that are to stand in the log next, without line breaks; none of them is there yet
 */
export function continuation(torn: Uint8Array | undefined, lines: readonly string[]): Uint8Array {
  const [first] = lines;
  if (torn?.length === 0 && first === undefined) return torn;
  const wanted = encodeUtf8(lines.map((line) => `${line}\n`).join(""));
  if (torn === undefined) return Buffer.concat([NEWLINE, wanted]);
  if (beginsWith(wanted, torn)) return wanted.subarray(torn.length);
  return Buffer.concat([NEWLINE, wanted]);
}

const NEWLINE = new Uint8Array([0x0a]);

/** A torn tail has no line break in it, so what begins with it begins with it in its first line. */
function beginsWith(wanted: Uint8Array, torn: Uint8Array): boolean {
  return torn.length < wanted.length && torn.every((byte, at) => byte === wanted[at]);
}
