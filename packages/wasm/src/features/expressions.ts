/** Which proposals do initialiser expressions need? (core spec 3.4.14, constant expressions) */
import type { Cursor } from "../cursor.ts";
import { BIT, type FeatureBits } from "./feature-bits.ts";
import { passInstruction } from "./immediates.ts";

const END = 0x0b;
const GLOBAL_GET = 0x23;
const I32_CONST = 0x41;

/** i32.add, sub, mul and their i64 forms: the whole of extended constant expressions. */
function isExtended(opcode: number): boolean {
  return (opcode >= 0x6a && opcode <= 0x6c) || (opcode >= 0x7c && opcode <= 0x7e);
}

/** Everything else that may stand in a constant expression: constants, global.get, ref.null, ref.func, prefixes. */
function isConstant(opcode: number): boolean {
  return (
    (opcode >= 0x42 && opcode <= 0x44) ||
    opcode === GLOBAL_GET ||
    opcode === 0xd0 ||
    opcode === 0xd2 ||
    opcode === 0xfb ||
    opcode === 0xfd ||
    opcode === 0xfe
  );
}

/** Before garbage collection came, only imported globals could be read here; `importedGlobals` says how many. */
export function constantExpression(cursor: Cursor, features: FeatureBits, importedGlobals: number): void {
  for (;;) {
    const opcode = cursor.peek();
    if (opcode === END) break;
    if (opcode === I32_CONST) {
      // Nearly every offset and initial value.
      cursor.offset += 1;
      cursor.skipSigned(32);
      continue;
    }
    if (isExtended(opcode)) features.bits |= BIT.extended_const;
    else if (!isConstant(opcode)) {
      cursor.fail(opcode < 0 ? "E_EOF" : "E_EXPRESSION", "an initialiser holds an instruction that is not constant");
    }
    if (opcode !== GLOBAL_GET) passInstruction(cursor, features);
    else {
      cursor.offset += 1;
      if (cursor.u32() >= importedGlobals) features.bits |= BIT.gc;
    }
  }
  cursor.offset += 1;
}
