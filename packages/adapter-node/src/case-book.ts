/**
 * The case book in `<state-dir>/tau-edge/cases.db`. Its transaction is the lock of all runners of a state directory: it
 * ends with its process, and what it had not committed is not there.
 */
import type { CaseBook, OpenCaseBook } from "@tau-edge/ports";
import { CASE_BOOK, caseBookPath } from "./case-book-tables.ts";
import { CaseRows } from "./case-rows.ts";
import type { DurableFiles } from "./durable-files.ts";
import { WritableSqliteFile } from "./writable-sqlite-file.ts";

export class SqliteCaseBook implements CaseBook {
  readonly #file: WritableSqliteFile;

  /**
   * Nothing is opened before it is asked for; the first cycle creates the file.
   * @param files of the state directory; shared with the other stores, so that a failed fsync of one stops them all
   */
  constructor(files: DurableFiles) {
    this.#file = new WritableSqliteFile(caseBookPath(files.home), CASE_BOOK, files);
  }

  async exclusively<T>(work: (book: OpenCaseBook) => Promise<T>): Promise<T> {
    return this.#file.transaction(async (database) => {
      const rows = new CaseRows(this.#file, database);
      rows.begin();
      try {
        return await work(rows);
      } finally {
        rows.end();
      }
    });
  }

  close(): void {
    this.#file.close();
  }
}
