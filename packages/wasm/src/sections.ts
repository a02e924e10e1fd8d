/** Where does each section begin and end? The frame is the same in modules and components (core spec 5.5.2). */
import type { Budget } from "./budget.ts";
import { Cursor } from "./cursor.ts";

export interface Section {
  readonly id: number;
  /** Offset of the id byte. */
  readonly at: number;
  readonly contents: Cursor;
}

/** The next section of a binary, or nothing at its end. Leaves the cursor behind the section. */
export function nextSection(cursor: Cursor, budget: Budget): Section | undefined {
  if (cursor.remaining === 0) return undefined;
  const at = cursor.offset;
  budget.section(cursor, at);
  const id = cursor.u8();
  const sizeAt = cursor.offset;
  const size = cursor.u32();
  if (size > cursor.remaining) {
    cursor.fail("E_SECTION_LEN", `a section claims ${size} bytes and ${cursor.remaining} are left`, sizeAt);
  }
  const start = cursor.offset;
  cursor.offset = start + size;
  return { id, at, contents: new Cursor(cursor.bytes, start, start + size, cursor.path) };
}

/** Every section is a vector that fills it to the last byte. */
export function finishSection(section: Section): void {
  const { contents, id } = section;
  if (contents.remaining > 0) {
    contents.fail("E_SECTION_TRAILING", `section ${id} has ${contents.remaining} bytes after its last entry`);
  }
}
