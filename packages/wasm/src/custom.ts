/** One custom section: its name, and a window on what follows the name (core spec 5.5.3). */
import type { Budget } from "./budget.ts";
import { Cursor } from "./cursor.ts";

export interface CustomSection {
  readonly name: string;
  /** Offset of the section's id byte. */
  readonly at: number;
  /** Size of the section's contents, its name included. */
  readonly size: number;
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  readonly path: string;
}

/** `section` is a window on the contents of the section whose id stands at `at`. */
export function readCustomSection(section: Cursor, budget: Budget, at: number): CustomSection {
  const size = section.remaining;
  const name = budget.name(section, budget.limits.export_name_bytes_max);
  const { bytes, offset, end, path } = section;
  return { name, at, size, bytes, start: offset, end, path };
}

/** Most nested binaries' custom sections are of no interest: their names are only checked. */
export function skipCustomSection(section: Cursor, budget: Budget): void {
  budget.skipName(section, budget.limits.export_name_bytes_max);
}

export function openCustomSection(custom: CustomSection): Cursor {
  return new Cursor(custom.bytes, custom.start, custom.end, custom.path);
}
