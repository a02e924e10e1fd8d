/** The lines of a file, backwards from its end or forwards, with about one of them in memory. */
import type { ReadableFile } from "./file-system.ts";
import { LOG_TAIL_BYTES } from "./limits.ts";

const NEWLINE = 0x0a;

/**
 * First what stands after the last line break (nothing, when the file ends with one), then the whole lines, the newest
 * first. `undefined` stands for a line of more than `line_bytes_max` bytes.
 */
export async function* linesBackward(
  file: ReadableFile,
  line_bytes_max: number,
): AsyncGenerator<Uint8Array | undefined> {
  let pieces: Uint8Array[] | undefined = [];
  const hold = (piece: Uint8Array): void => {
    pieces?.unshift(piece);
    if (sizeOf(pieces ?? []) > line_bytes_max) pieces = undefined;
  };
  for (let end = file.size_bytes; end > 0; ) {
    const start = Math.max(0, end - LOG_TAIL_BYTES);
    const block = await file.read(start, end);
    let rest = block.length;
    for (let at = lastBreak(block, rest); at >= 0; at = lastBreak(block, rest)) {
      hold(block.subarray(at + 1, rest));
      yield pieces && joined(pieces);
      pieces = [];
      rest = at;
    }
    hold(block.subarray(0, rest));
    end = start;
  }
  yield pieces && joined(pieces);
}

function lastBreak(block: Uint8Array, end: number): number {
  return end === 0 ? -1 : block.lastIndexOf(NEWLINE, end - 1);
}

/** A line, or a piece of one that is longer than the bound: only its first piece `starts`, only its last one `ends`. */
export interface LinePiece {
  readonly bytes: Uint8Array;
  readonly starts: boolean;
  readonly ends: boolean;
}

/** Without their line breaks. What stands after the last one is a line too, unless it is nothing. */
export async function* linesForward(
  chunks: AsyncIterable<Uint8Array>,
  line_bytes_max: number,
): AsyncGenerator<LinePiece> {
  let pieces: Uint8Array[] = [];
  let starts = true;
  const give = (ends: boolean): LinePiece => {
    const piece = { bytes: joined(pieces), starts, ends };
    pieces = [];
    starts = ends;
    return piece;
  };
  for await (const chunk of chunks) {
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      pieces.push(chunk.subarray(from, at));
      yield give(true);
      from = at + 1;
    }
    pieces.push(chunk.subarray(from));
    if (sizeOf(pieces) > line_bytes_max) yield give(false);
  }
  if (!starts || sizeOf(pieces) > 0) yield give(true);
}

function sizeOf(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, { length }) => sum + length, 0);
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const [only = new Uint8Array(0)] = pieces;
  return pieces.length <= 1 ? only : new Uint8Array(Buffer.concat(pieces));
}
