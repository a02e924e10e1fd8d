/**
 * The file behind the ledger: opened only when it is ours, of a version that we know, and sound; created whole or not
 * at all. A file that is none of that is left as it is.
 */

import { DatabaseSync } from "node:sqlite";
import { setTimeout as pause } from "node:timers/promises";
import { PortError } from "@tau-edge/ports";
import { BUSY_BLOCK_MS, BUSY_GIVE_UP_MS, BUSY_PAUSE_MAX_MS, QUICK_CHECK_PAGES_MAX } from "./limits.ts";
import { sqliteError, sqliteProblem } from "./sqlite-error.ts";

/** "TAUE" in ASCII: `file` and SQLite's own tools show it. */
const APPLICATION_ID = 0x54415545;
const SCHEMA_VERSION = 1;

const SCHEMA = `
  CREATE TABLE record (
    stream TEXT NOT NULL,
    seq INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (stream, seq)
  ) STRICT;
  CREATE TABLE named_object (
    digest BLOB NOT NULL,
    stream TEXT NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (digest, stream, seq)
  ) STRICT, WITHOUT ROWID;
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${SCHEMA_VERSION};
`;

/**
 * @returns undefined when another process is just creating it
 * @throws PortError `ledger_corrupt`, `ledger_newer`, `store_unavailable`
 */
export async function openForReading(path: string): Promise<DatabaseSync | undefined> {
  const database = connect(path, true);
  const isNew = await prepared(database, path, () => {
    const empty = checkHeader(database, path);
    if (!empty) quickCheck(database, path);
    return empty;
  });
  if (!isNew) return database;
  database.close();
  return undefined;
}

/**
 * Creates the ledger when there is none.
 * @throws PortError `ledger_corrupt`, `ledger_newer`, `store_unavailable`
 */
export async function openForWriting(path: string): Promise<DatabaseSync> {
  const database = connect(path, false);
  await prepared(database, path, () => {
    // Looked at before anything is changed: the switch to the write-ahead log rewrites the header.
    const empty = checkHeader(database, path);
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
    if (empty) create(database, path);
    else quickCheck(database, path);
  });
  return database;
}

function connect(path: string, readOnly: boolean): DatabaseSync {
  try {
    return new DatabaseSync(path, { readOnly, timeout: BUSY_BLOCK_MS });
  } catch (error) {
    throw sqliteError(error, path);
  }
}

async function prepared<T>(database: DatabaseSync, path: string, prepare: () => T): Promise<T> {
  try {
    return await patiently(path, prepare);
  } catch (error) {
    database.close();
    throw error;
  }
}

/** @returns true for an empty file, such as SQLite leaves when it dies before its first write */
function checkHeader(database: DatabaseSync, path: string): boolean {
  const application = pragma(database, "application_id");
  const version = pragma(database, "user_version");
  const objects = database.prepare("SELECT count(*) AS n FROM sqlite_schema").get()?.["n"];
  if (application === 0 && version === 0 && objects === 0) return true;
  if (application !== APPLICATION_ID)
    throw new PortError("ledger_corrupt", path, "The file is a database, but not a ledger of this program", {
      remedy: "Move it aside, or choose another state directory.",
    });
  if (version > SCHEMA_VERSION)
    throw new PortError(
      "ledger_newer",
      path,
      `The ledger has schema ${version}, this program knows ${SCHEMA_VERSION}`,
      {
        remedy: "Use the version of this program that wrote it, or a later one.",
      },
    );
  return false;
}

function create(database: DatabaseSync, path: string): void {
  database.exec("BEGIN IMMEDIATE");
  try {
    // Another process may have been faster.
    if (checkHeader(database, path)) database.exec(SCHEMA);
    database.exec("COMMIT");
  } catch (error) {
    rollback(database);
    throw error;
  }
}

function quickCheck(database: DatabaseSync, path: string): void {
  if (pragma(database, "page_count") > QUICK_CHECK_PAGES_MAX) return;
  const found = database.prepare("PRAGMA quick_check(1)").get()?.["quick_check"];
  if (found !== "ok") throw new PortError("ledger_corrupt", path, `SQLite reports: ${String(found)}`);
}

export function pragma(database: DatabaseSync, name: string): number {
  const value = database.prepare(`PRAGMA ${name}`).get()?.[name];
  return typeof value === "number" ? value : 0;
}

export function rollback(database: DatabaseSync): void {
  try {
    database.exec("ROLLBACK");
  } catch (error) {
    // SQLite has already rolled back by itself after some errors; anything else is reported by what failed first.
    if (sqliteProblem(error) === "not_sqlite") throw error;
  }
}

/**
 * Tries again while another process holds the lock. The thread is never blocked for long, and the pauses are random,
 * so that a dozen processes get their turn.
 */
export async function patiently<T>(path: string, attempt: () => T): Promise<T> {
  for (let waited_ms = 0; ; ) {
    try {
      return attempt();
    } catch (error) {
      if (sqliteProblem(error) !== "busy" || waited_ms > BUSY_GIVE_UP_MS) throw sqliteError(error, path);
    }
    const pause_ms = 1 + Math.random() * BUSY_PAUSE_MAX_MS;
    await pause(pause_ms);
    waited_ms += BUSY_BLOCK_MS + pause_ms;
  }
}
