/**
 * A database file: opened only when it is ours, of a version that we know, and sound; created whole or not at all. A
 * file that is none of that is left as it is.
 */

import { lstatSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as pause } from "node:timers/promises";
import { PortError } from "@tau-edge/ports";
import type { DatabaseKind } from "./database-kind.ts";
import { BUSY_BLOCK_MS, BUSY_GIVE_UP_MS, BUSY_PAUSE_MAX_MS, QUICK_CHECK_PAGES_MAX } from "./limits.ts";
import { sqliteError, sqliteProblem } from "./sqlite-error.ts";
import { isUnborn } from "./unborn-database.ts";

/**
 * @returns undefined when another process is just creating it, or died while it did
 * @throws PortError `kind.corrupt`, `kind.newer`, `store_unavailable`
 */
export async function openForReading(path: string, kind: DatabaseKind): Promise<DatabaseSync | undefined> {
  const [database, isNew] = await prepared(path, kind, "read", (database) => {
    const empty = isNothingYet(database, path, kind);
    if (!empty) quickCheck(database, path, kind);
    return empty;
  });
  if (!isNew) return database;
  database.close();
  return undefined;
}

/**
 * Creates the tables when there are none.
 * @throws PortError `kind.corrupt`, `kind.newer`, `kind.older`, `store_unavailable`
 */
export async function openForWriting(path: string, kind: DatabaseKind): Promise<DatabaseSync> {
  const [database] = await prepared(path, kind, "write", (database) => {
    // Looked at before anything is changed: the switch to the write-ahead log rewrites the header.
    const empty = atOneMoment(database, () => {
      const isEmpty = checkHeader(database, path, kind);
      if (!isEmpty) refuseOlder(database, path, kind);
      return isEmpty;
    });
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
    if (empty) create(database, path, kind);
    else quickCheck(database, path, kind);
  });
  return database;
}

/**
 * For one process alone, readers included, until it closes the connection: the lock of SQLite's exclusive mode, which needs
 * that nobody else has the file open. Takes a file of an older version, too.
 * @returns undefined for an empty file
 * @throws PortError `state_in_use` when somebody does not let go of it, `kind.corrupt`, `kind.newer`, `store_unavailable`
 */
export async function openExclusively(
  path: string,
  kind: DatabaseKind,
  give_up_ms: number,
): Promise<DatabaseSync | undefined> {
  for (let waited_ms = 0; ; ) {
    try {
      return locked(path, kind);
    } catch (error) {
      if (sqliteProblem(error) !== "busy") throw sqliteError(error, path, kind);
      if (waited_ms > give_up_ms)
        throw new PortError("state_in_use", path, `Another process has the ${kind.name} open`, {
          cause: error,
          remedy: "Stop what uses this state directory, such as `tau-edge serve`, then repeat the command.",
        });
    }
    const pause_ms = 1 + Math.random() * BUSY_PAUSE_MAX_MS;
    await pause(pause_ms);
    waited_ms += pause_ms;
  }
}

/**
 * Each try on a connection of its own, which does not wait: one that waits or has failed keeps its shared lock in this
 * mode, and two of them would be in each other's way for ever.
 */
function locked(path: string, kind: DatabaseKind): DatabaseSync | undefined {
  const before = fileIdentity(path);
  const database = connect(path, kind, "write");
  try {
    database.exec(
      "PRAGMA busy_timeout = 0; PRAGMA locking_mode = EXCLUSIVE; PRAGMA synchronous = FULL; BEGIN EXCLUSIVE",
    );
    const empty = checkHeader(database, path, kind);
    database.exec("COMMIT");
    const isExchanged = wasExchanged(path, before);
    if (!empty && !isExchanged) return database;
    database.close();
    return isExchanged ? locked(path, kind) : undefined;
  } catch (error) {
    database.close();
    throw error;
  }
}

function connect(path: string, kind: DatabaseKind, use: "read" | "write"): DatabaseSync {
  try {
    return new DatabaseSync(path, { readOnly: use === "read", timeout: BUSY_BLOCK_MS });
  } catch (error) {
    throw sqliteError(error, path, kind);
  }
}

/**
 * While it waited for a lock, the file may have been exchanged for another one by an undo; who wrote to the old one would
 * write into nothing. Once it is prepared, a file with a write-ahead log is locked against that.
 */
async function prepared<T>(
  path: string,
  kind: DatabaseKind,
  use: "read" | "write",
  prepare: (database: DatabaseSync) => T,
): Promise<readonly [DatabaseSync, T]> {
  for (;;) {
    const before = fileIdentity(path);
    const database = connect(path, kind, use);
    try {
      const found = await patiently(path, kind, () => prepare(database));
      if (!wasExchanged(path, before)) return [database, found];
      database.close();
    } catch (error) {
      database.close();
      if (!wasExchanged(path, before)) throw error;
    }
  }
}

/** @param before identity of the file when it was opened; there was none when it was made then */
function wasExchanged(path: string, before: string | undefined): boolean {
  return before !== undefined && before !== fileIdentity(path);
}

function fileIdentity(path: string): string | undefined {
  const facts = lstatSync(path, { throwIfNoEntry: false });
  return facts && `${facts.dev}:${facts.ino}`;
}

/** Whoever only reads cannot take back what a dead creator left; the next writer does. */
function isNothingYet(database: DatabaseSync, path: string, kind: DatabaseKind): boolean {
  try {
    return atOneMoment(database, () => checkHeader(database, path, kind));
  } catch (error) {
    if (sqliteProblem(error) === "read_only" && isUnborn(path)) return true;
    throw error;
  }
}

/** Between two questions another process may create the database or change it; half of each answer is of no moment at all. */
export function atOneMoment<T>(database: DatabaseSync, ask: () => T): T {
  database.exec("BEGIN");
  try {
    return ask();
  } finally {
    rollback(database);
  }
}

/**
 * Asks three questions, so it needs a transaction around it.
 * @returns true for an empty file, such as SQLite leaves when it dies before its first write
 */
function checkHeader(database: DatabaseSync, path: string, kind: DatabaseKind): boolean {
  const { name } = kind;
  const application = pragma(database, "application_id");
  const version = pragma(database, "user_version");
  const objects = database.prepare("SELECT count(*) AS n FROM sqlite_schema").get()?.["n"];
  if (application === 0 && version === 0 && objects === 0) return true;
  if (application !== kind.applicationId)
    throw new PortError(kind.corrupt, path, `The file is a database, but not the ${name} of this program`, {
      remedy: "Move it aside, or choose another state directory.",
    });
  if (version > kind.version)
    throw new PortError(kind.newer, path, `The ${name} has schema ${version}, this program knows ${kind.version}`, {
      remedy: "Use the version of this program that wrote it, or a later one.",
    });
  return false;
}

function refuseOlder(database: DatabaseSync, path: string, kind: DatabaseKind): void {
  const version = pragma(database, "user_version");
  if (kind.older === undefined || version >= kind.version) return;
  const detail = `The ${kind.name} has schema ${version}, this program writes ${kind.version}`;
  throw new PortError(kind.older, path, detail, {
    remedy: `tau-edge migrate run --state-dir '${dirname(dirname(path))}'`,
  });
}

function create(database: DatabaseSync, path: string, kind: DatabaseKind): void {
  database.exec("BEGIN IMMEDIATE");
  try {
    // Another process may have been faster.
    if (checkHeader(database, path, kind)) {
      database.exec(kind.tables);
      database.exec(`PRAGMA application_id = ${kind.applicationId}; PRAGMA user_version = ${kind.version}`);
    }
    database.exec("COMMIT");
  } catch (error) {
    rollback(database);
    throw error;
  }
}

function quickCheck(database: DatabaseSync, path: string, kind: DatabaseKind): void {
  if (pragma(database, "page_count") > QUICK_CHECK_PAGES_MAX) return;
  const found = database.prepare("PRAGMA quick_check(1)").get()?.["quick_check"];
  if (found !== "ok") throw new PortError(kind.corrupt, path, `SQLite reports: ${String(found)}`);
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
export async function patiently<T>(path: string, kind: DatabaseKind, attempt: () => T): Promise<T> {
  for (let waited_ms = 0; ; ) {
    try {
      return attempt();
    } catch (error) {
      if (sqliteProblem(error) !== "busy" || waited_ms > BUSY_GIVE_UP_MS) throw sqliteError(error, path, kind);
    }
    const pause_ms = 1 + Math.random() * BUSY_PAUSE_MAX_MS;
    await pause(pause_ms);
    waited_ms += BUSY_BLOCK_MS + pause_ms;
  }
}
