/** What is written behind the end of a log, so that whole lines stand there, whatever a dead writer left. */
import { isChannelRecord } from "@tau-edge/contract";
import { encodeUtf8, tryDecodeUtf8 } from "@tau-edge/encoding";

/**
 * @param torn what stands after the last line break; undefined when it is longer than any line
 * @param lines that are to stand in the log next, without line breaks; none of them is there yet. With none, only a whole
 *   line is ended: what else stands there may be the beginning of the line that comes next
 */
export function continuation(torn: Uint8Array | undefined, lines: readonly string[]): Uint8Array {
  if (lines.length === 0 && !isWhole(torn)) return new Uint8Array(0);
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

function isWhole(torn: Uint8Array | undefined): boolean {
  return torn !== undefined && isChannelRecord(tryDecodeUtf8(torn) ?? "");
}
