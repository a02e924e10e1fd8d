/** Where does a component value type or function type end? (Component Model Binary.md: `defvaltype`, `functype`.) */
import type { Budget } from "../budget.ts";
import type { Cursor } from "../cursor.ts";

/** primvaltype: bool down to string, and error-context. */
function isPrimitive(byte: number): boolean {
  return (byte >= 0x73 && byte <= 0x7f) || byte === 0x64;
}

/** valtype: a primitive or a type index. */
export function skipComponentValType(cursor: Cursor): void {
  if (isPrimitive(cursor.peek())) {
    cursor.offset += 1;
    return;
  }
  const at = cursor.offset;
  if (cursor.s33() < 0) cursor.fail("E_TYPE", "a value type is unknown", at);
}

function skipOptionalValType(cursor: Cursor): void {
  const present = cursor.u8();
  if (present > 0x01) cursor.fail("E_TYPE", "an optional type is neither there nor absent", cursor.offset - 1);
  if (present === 0x01) skipComponentValType(cursor);
}

/** A length and at least one character (Explainer.md: `label`). */
const LABEL_BYTES_MIN = 2;

function skipLabels(cursor: Cursor, budget: Budget): void {
  const count = cursor.count(LABEL_BYTES_MIN);
  for (let index = 0; index < count; index++) budget.skipName(cursor, budget.limits.export_name_bytes_max);
}

/** labelvaltype*: fields of a record, parameters of a function. */
function skipLabelledTypes(cursor: Cursor, budget: Budget): void {
  const count = cursor.count(LABEL_BYTES_MIN + 1);
  for (let index = 0; index < count; index++) {
    budget.skipName(cursor, budget.limits.export_name_bytes_max);
    skipComponentValType(cursor);
  }
}

/** case: a label, an optional type, and a zero where `refines` once stood. */
function skipCases(cursor: Cursor, budget: Budget): void {
  const count = cursor.count(LABEL_BYTES_MIN + 2);
  for (let index = 0; index < count; index++) {
    budget.skipName(cursor, budget.limits.export_name_bytes_max);
    skipOptionalValType(cursor);
    if (cursor.u8() !== 0x00) cursor.fail("E_TYPE", "a case does not end with zero", cursor.offset - 1);
  }
}

/** defvaltype behind its `lead` byte. */
export function skipDefinedValType(cursor: Cursor, budget: Budget, lead: number): void {
  if (isPrimitive(lead)) return;
  switch (lead) {
    case 0x72: // record
      skipLabelledTypes(cursor, budget);
      return;
    case 0x71: // variant
      skipCases(cursor, budget);
      return;
    case 0x70: // list
    case 0x6b: // option
      skipComponentValType(cursor);
      return;
    case 0x6f: {
      // tuple
      const count = cursor.count(1);
      for (let index = 0; index < count; index++) skipComponentValType(cursor);
      return;
    }
    case 0x6e: // flags
    case 0x6d: // enum
      skipLabels(cursor, budget);
      return;
    case 0x6a: // result
      skipOptionalValType(cursor);
      skipOptionalValType(cursor);
      return;
    case 0x69: // own
    case 0x68: // borrow
      cursor.u32();
      return;
    case 0x67: // list of fixed length
      skipComponentValType(cursor);
      cursor.u32();
      return;
    case 0x66: // stream
    case 0x65: // future
      skipOptionalValType(cursor);
      return;
    case 0x63: // map
      skipComponentValType(cursor);
      skipComponentValType(cursor);
      return;
    default:
      cursor.fail("E_TYPE", `a type definition starts with 0x${lead.toString(16)}`, cursor.offset - 1);
  }
}

/** functype behind 0x40 or 0x43 (async): parameters, then one result or none. */
export function skipFuncType(cursor: Cursor, budget: Budget): void {
  skipLabelledTypes(cursor, budget);
  skipResultList(cursor);
}

/** resultlist: 0x00 and a type, or 0x01 0x00. */
export function skipResultList(cursor: Cursor): void {
  const form = cursor.u8();
  if (form === 0x00) {
    skipComponentValType(cursor);
    return;
  }
  if (form !== 0x01) cursor.fail("E_TYPE", "a list of results is unknown", cursor.offset - 1);
  if (cursor.u8() !== 0x00) cursor.fail("E_TYPE", "results have no names", cursor.offset - 1);
}
