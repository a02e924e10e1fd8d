/** A database whose creator died: SQLite has its first pages and the journal that takes them back. */
import { readSync } from "node:fs";
import { withRegularFile } from "./regular-file.ts";

/** From https://www.sqlite.org/fileformat2.html#the_rollback_journal */
const JOURNAL_MAGIC = "d9d505f920a163d7";
const PAGES_BEFORE_AT = 16;
const HEADER_BYTES = 28;

/**
 * Whether nothing was ever committed to this file: its rollback journal says that it had no page before. Later changes
 * go to the write-ahead log and leave no such journal.
 */
export function isUnborn(path: string): boolean {
  const header = Buffer.alloc(HEADER_BYTES);
  const read = withRegularFile(`${path}-journal`, Number.MAX_SAFE_INTEGER, (file) =>
    readSync(file, header, 0, HEADER_BYTES, 0),
  );
  const isWhole = read === HEADER_BYTES && header.toString("hex", 0, 8) === JOURNAL_MAGIC;
  return isWhole && header.readUInt32BE(PAGES_BEFORE_AT) === 0;
}
