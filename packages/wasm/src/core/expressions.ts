/**
 * Where does an initialiser expression end? (core spec 5.4.9 and 3.4.14: constant expressions.) Only instructions that
 * a constant expression may hold are known here; anything else could not be passed without a full instruction table.
 */
import type { Cursor } from "../cursor.ts";
import { skipHeapType } from "./types.ts";

const END = 0x0b;

export function skipConstantExpression(cursor: Cursor): void {
  for (;;) {
    const op = cursor.u8();
    if (op === END) return;
    skipInstruction(cursor, op);
  }
}

function skipInstruction(cursor: Cursor, op: number): void {
  switch (op) {
    case 0x23: // global.get
    case 0xd2: // ref.func
      cursor.u32();
      return;
    case 0x41:
      cursor.skipSigned(32);
      return;
    case 0x42:
      cursor.skipSigned(64);
      return;
    case 0x43:
      cursor.skip(4);
      return;
    case 0x44:
      cursor.skip(8);
      return;
    case 0x6a: // i32.add, sub, mul and their i64 forms (extended constant expressions)
    case 0x6b:
    case 0x6c:
    case 0x7c:
    case 0x7d:
    case 0x7e:
      return;
    case 0xd0: // ref.null
      skipHeapType(cursor);
      return;
    case 0xfb:
      skipGcInstruction(cursor);
      return;
    case 0xfe:
      if (cursor.u32() !== 0x72) unknown(cursor); // ref.i31_shared
      return;
    case 0xfd:
      if (cursor.u32() !== 12) unknown(cursor);
      cursor.skip(16); // v128.const
      return;
    default:
      unknown(cursor);
  }
}

function skipGcInstruction(cursor: Cursor): void {
  switch (cursor.u32()) {
    case 0x00: // struct.new
    case 0x01: // struct.new_default
    case 0x06: // array.new
    case 0x07: // array.new_default
    case 0x20: // struct.new_desc
    case 0x21: // struct.new_default_desc
      cursor.u32();
      return;
    case 0x08: // array.new_fixed
      cursor.u32();
      cursor.u32();
      return;
    case 0x1a: // any.convert_extern
    case 0x1b: // extern.convert_any
    case 0x1c: // ref.i31
      return;
    default:
      unknown(cursor);
  }
}

function unknown(cursor: Cursor): never {
  return cursor.fail("E_EXPRESSION", "an initialiser holds an instruction that is not constant", cursor.offset - 1);
}
