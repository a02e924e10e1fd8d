/**
 * Do the function bodies fill the code section? (core spec 5.5.13) Locals are read, instructions are not: what stands
 * between the locals and the final `end` is the business of the feature scan and of the deep pass.
 */
import type { Cursor } from "../cursor.ts";
import { skipValType } from "./types.ts";

const END = 0x0b;

/** One body of at least an empty vector of locals and `end`. */
export function skipFunctionBody(cursor: Cursor): void {
  const at = cursor.offset;
  const size = cursor.u32();
  if (size > cursor.remaining) cursor.fail("E_EOF", "a function body is longer than its section", at);
  const end = cursor.offset + size;
  if (size < 2 || cursor.bytes[end - 1] !== END) cursor.fail("E_CODE", "a function body does not end with end", at);
  const groups = cursor.u32();
  if (groups > 0) skipLocals(cursor, groups, end);
  if (cursor.offset >= end) cursor.fail("E_CODE", "the locals of a function leave no room for its end", at);
  cursor.offset = end;
}

function skipLocals(cursor: Cursor, groups: number, end: number): void {
  let total = 0;
  for (let index = 0; index < groups; index++) {
    const at = cursor.offset;
    if (at >= end) cursor.fail("E_CODE", "the locals run past their function body", at);
    total += cursor.u32();
    // The clause bounds the sum, not each group (5.5.13: the length of the concatenated locals is below 2^32).
    if (total > 0xffff_ffff) cursor.fail("E_CODE", "a function has more than 2^32 - 1 locals", at);
    skipValType(cursor);
  }
}
