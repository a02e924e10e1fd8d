/** Bars of a picture on a terminal: blocks where they can be drawn, plain characters everywhere else. */
import { type CliIo, usesColour } from "../io.ts";

/** Where it goes to a terminal that says that it reads UTF-8 (POSIX: LC_ALL before LC_CTYPE before LANG). */
export function drawsUnicode(io: CliIo): boolean {
  const said = [io.env["LC_ALL"], io.env["LC_CTYPE"], io.env["LANG"]].find((name) => name !== undefined && name !== "");
  return usesColour(io) && /utf-?8/i.test(said ?? "");
}

export interface Bar {
  /** In columns, from the left. */
  readonly from: number;
  readonly full: number;
  /** Beyond `full`. */
  readonly light: number;
}

export interface Strokes {
  readonly full: string;
  readonly light: string;
  readonly edge: string;
}

export function strokes(unicode: boolean): Strokes {
  return unicode ? { full: "█", light: "░", edge: "│" } : { full: "#", light: ".", edge: "|" };
}

/** @param width in columns; a bar that is longer ends there */
export function drawBar({ from, full, light }: Bar, width: number, { full: on, light: maybe, edge }: Strokes): string {
  const at = (columns: number) => Math.max(0, Math.min(width, Math.round(columns)));
  const [start, end] = [Math.min(at(from), width - 1), Math.max(at(from + full), Math.min(at(from) + 1, width))];
  const last = Math.max(end, at(from + full + light));
  const body = " ".repeat(start) + on.repeat(end - start) + maybe.repeat(last - end);
  return `${edge}${body.padEnd(width)}${edge}`;
}
