/**
 * Are canonical definitions well-formed? (Component Model Binary.md: `canon`.) Each row of the table names what follows
 * the first byte; the definitions themselves are internal wiring and do not show at the surface.
 */
import type { Budget } from "../budget.ts";
import { skipValType } from "../core/types.ts";
import type { Cursor } from "../cursor.ts";
import { skipResultList } from "./value-types.ts";

/** i: index, b: boolean, o: options, z: a zero byte, t: core value type, r: list of results. */
const OPERANDS: ReadonlyMap<number, string> = new Map([
  [0x00, "zioi"], // lift
  [0x01, "zio"], // lower
  [0x02, "i"], // resource.new
  [0x03, "i"], // resource.drop
  [0x04, "i"], // resource.rep
  [0x05, ""], // task.cancel
  [0x06, "b"], // subtask.cancel
  [0x09, "ro"], // task.return
  [0x0a, "ti"], // context.get
  [0x0b, "ti"], // context.set
  [0x0c, "b"], // thread.yield
  [0x0d, ""], // subtask.drop
  [0x0e, "i"], // stream.new
  [0x0f, "io"], // stream.read
  [0x10, "io"], // stream.write
  [0x11, "ib"], // stream.cancel-read
  [0x12, "ib"], // stream.cancel-write
  [0x13, "i"], // stream.drop-readable
  [0x14, "i"], // stream.drop-writable
  [0x15, "i"], // future.new
  [0x16, "io"], // future.read
  [0x17, "io"], // future.write
  [0x18, "ib"], // future.cancel-read
  [0x19, "ib"], // future.cancel-write
  [0x1a, "i"], // future.drop-readable
  [0x1b, "i"], // future.drop-writable
  [0x1c, "o"], // error-context.new
  [0x1d, "o"], // error-context.debug-message
  [0x1e, ""], // error-context.drop
  [0x1f, ""], // waitable-set.new
  [0x20, "bi"], // waitable-set.wait
  [0x21, "bi"], // waitable-set.poll
  [0x22, ""], // waitable-set.drop
  [0x23, ""], // waitable.join
  [0x24, ""], // backpressure.inc
  [0x25, ""], // backpressure.dec
  [0x26, ""], // thread.index
  [0x27, "ii"], // thread.new-indirect
  [0x28, ""], // thread.resume-later
  [0x29, "b"], // thread.suspend
  [0x2a, "b"], // thread.suspend-then-resume
  [0x2b, "b"], // thread.yield-then-resume
  [0x2c, "b"], // thread.suspend-then-promote
  [0x2d, "b"], // thread.yield-then-promote
  [0x40, "i"], // thread.spawn-ref
  [0x41, "ii"], // thread.spawn-indirect
  [0x42, ""], // thread.available-parallelism
]);

export function skipCanonical(cursor: Cursor, budget: Budget): void {
  const at = cursor.offset;
  const operands = OPERANDS.get(cursor.u8());
  if (operands === undefined) cursor.fail("E_DEFINITION", "a canonical function is unknown", at);
  for (const operand of operands) skipOperand(cursor, budget, operand);
}

function skipOperand(cursor: Cursor, budget: Budget, operand: string): void {
  switch (operand) {
    case "i":
      cursor.u32();
      return;
    case "b":
      if (cursor.u8() > 0x01) cursor.fail("E_DEFINITION", "a boolean is neither 0 nor 1", cursor.offset - 1);
      return;
    case "o":
      skipOptions(cursor, budget);
      return;
    case "z":
      if (cursor.u8() !== 0x00) cursor.fail("E_DEFINITION", "only functions are lifted or lowered", cursor.offset - 1);
      return;
    case "t":
      skipValType(cursor);
      return;
    default:
      skipResultList(cursor);
  }
}

const OPTION_MAX = 0x09;
/** memory, realloc, post-return, callback and core-type name an index; encodings, async and gc stand alone. */
const OPTIONS_WITH_INDEX: ReadonlySet<number> = new Set([0x03, 0x04, 0x05, 0x07, 0x08]);

function skipOptions(cursor: Cursor, budget: Budget): void {
  const count = cursor.count(1);
  budget.types(cursor, count, cursor.offset);
  for (let index = 0; index < count; index++) {
    const option = cursor.u8();
    if (option > OPTION_MAX) cursor.fail("E_DEFINITION", "a canonical option is unknown", cursor.offset - 1);
    if (OPTIONS_WITH_INDEX.has(option)) cursor.u32();
  }
}
