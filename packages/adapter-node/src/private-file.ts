/** A database that nobody but its owner may read: SQLite gives its log and its index the mode of the file itself. */
import { closeSync, fchmodSync, openSync } from "node:fs";
import { fileError } from "./durable-files.ts";
import { posixCode } from "./file-system.ts";
import { withRegularFile } from "./regular-file.ts";

const OWNER_ONLY = 0o600;
const OTHERS = 0o077;
/** The database and what SQLite writes beside it. */
const ENDS = ["", "-wal", "-shm", "-journal"];

/**
 * Creates the file empty when there is none, and takes it from everybody else when a copy or a restore has left it open.
 * @throws PortError `store_unavailable`
 */
export function keepPrivate(path: string): void {
  try {
    if (created(path)) return;
    for (const end of ENDS)
      withRegularFile(`${path}${end}`, Number.MAX_SAFE_INTEGER, (file, { mode }) => {
        if ((mode & OTHERS) !== 0) fchmodSync(file, OWNER_ONLY);
      });
  } catch (error) {
    throw fileError(error, path);
  }
}

function created(path: string): boolean {
  try {
    closeSync(openSync(path, "wx", OWNER_ONLY));
    return true;
  } catch (error) {
    if (posixCode(error) === "EEXIST") return false;
    throw error;
  }
}
