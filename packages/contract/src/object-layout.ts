/**
 * An object that is written again around some changed members: what stays keeps its keys, commas and white space byte for
 * byte, what is new goes to the end in the layout of the original system.
 */
import { encodeUtf8 } from "@tau-edge/encoding";
import type { StateOutput } from "./state-output.ts";
import type { StatePiece } from "./state-scan.ts";

type Sink = Pick<StateOutput, "add" | "addText">;

const QUOTE = 0x22;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

export class ObjectLayout {
  readonly #out: Sink;
  readonly #indent: string;
  /** What stands before the first key, as long as no member was written behind it. */
  #opening: Uint8Array | undefined;
  #closing: Uint8Array = new Uint8Array(0);
  #count = 0;
  #found = 0;

  /** @param depth levels of the document above the members: 1 for its own */
  constructor(out: Sink, depth: number) {
    this.#out = out;
    this.#indent = "  ".repeat(depth);
  }

  /** A member stays. Its value is to be written next. @param before what stands before its value */
  keep(before: Uint8Array): void {
    this.#found += 1;
    if (this.#count++ > 0 || this.#opening === undefined) this.#out.add(before);
    else {
      this.#out.add(this.#opening);
      this.#out.add(before.subarray(before.indexOf(QUOTE)));
    }
  }

  /** A member goes, with its comma. */
  drop(before: Uint8Array): void {
    this.#found += 1;
    if (this.#count === 0) this.#opening ??= before.slice(0, before.indexOf(QUOTE));
  }

  /** All members have been seen. @param rest what stands behind the last of them */
  end(rest: Uint8Array): void {
    this.#closing = rest;
  }

  /** A new member, after `end`. Its value is to be written next. */
  add(key: string): void {
    if (this.#found === 0 && this.#count === 0) this.#unfold();
    if (this.#count++ > 0) this.#out.addText(`,\n${this.#indent}`);
    else if (this.#opening !== undefined) this.#out.add(this.#opening);
    this.#out.addText(`${JSON.stringify(key)}: `);
  }

  /** What is to be written behind the last value. */
  closing(): Uint8Array {
    const opening = this.#count === 0 ? this.#opening : undefined;
    return opening === undefined ? this.#closing : joinedWith(opening, this.#closing);
  }

  /** An object without members gets lines of its own for them. */
  #unfold(): void {
    const rest = this.#closing;
    this.#opening = joinedWith(rest.subarray(0, rest.indexOf(OPENING_BRACE) + 1), `\n${this.#indent}`);
    this.#closing = joinedWith(
      encodeUtf8(`\n${this.#indent.slice(2)}`),
      rest.subarray(rest.lastIndexOf(CLOSING_BRACE)),
    );
  }
}

/** Writes a piece as it stands. */
export function copyPiece(piece: StatePiece, out: Sink, layout: ObjectLayout): void {
  if (piece.kind === "member" || piece.kind === "array") layout.keep(piece.before);
  else out.add(piece.before);
  if (piece.kind === "array") out.addText("[");
  else if (piece.kind === "array_end") out.addText("]");
  else out.add(piece.raw);
}

function joinedWith(left: Uint8Array, right: Uint8Array | string): Uint8Array {
  const end = typeof right === "string" ? encodeUtf8(right) : right;
  const bytes = new Uint8Array(left.length + end.length);
  bytes.set(left);
  bytes.set(end, left.length);
  return bytes;
}
