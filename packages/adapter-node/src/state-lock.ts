/**
 * All databases of a state directory, held by this process alone: SQLite's exclusive mode keeps readers out, too. Their
 * files are read through descriptors that stay open as long, because closing any descriptor of a file lets go of every
 * lock that the process has on it (fcntl(2), POSIX record locks).
 */
import { closeSync, constants, fsyncSync, openSync, readSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import type { TreeEntry } from "@tau-edge/ledger";
import { AGENTS, agentsPath } from "./agent-directory-tables.ts";
import { CASE_BOOK, caseBookPath } from "./case-book-tables.ts";
import type { DatabaseKind } from "./database-kind.ts";
import { type DurableFiles, fileError } from "./durable-files.ts";
import { LEDGER, ledgerPath } from "./ledger-tables.ts";
import { EXCLUSIVE_GIVE_UP_MS, READ_PIECE_BYTES } from "./limits.ts";
import { openExclusively, pragma } from "./sqlite-database.ts";
import { sqliteError } from "./sqlite-error.ts";
import { SqliteFile } from "./sqlite-file.ts";
import { filePieces, sumOf, walkTree } from "./tree-walk.ts";
import { WINDOWS, windowsPath } from "./window-tables.ts";

/** In the order in which they are locked. */
export const DATABASES: readonly (readonly [DatabaseKind, (stateDir: string) => string])[] = [
  [LEDGER, ledgerPath],
  [WINDOWS, windowsPath],
  [CASE_BOOK, caseBookPath],
  [AGENTS, agentsPath],
];

interface HeldDatabase {
  readonly connection: DatabaseSync;
  /** Its file, open for reading. */
  readonly file: number;
}

export class StateLock {
  readonly #home: string;
  /** By paths as a tree has them. */
  readonly #held = new Map<string, HeldDatabase>();

  private constructor(stateDir: string) {
    this.#home = resolve(stateDir);
  }

  /** @throws PortError `state_in_use`, the databases' `_newer` and `_corrupt` codes, `store_unavailable` */
  static async take(files: DurableFiles): Promise<StateLock> {
    const lock = new StateLock(files.home);
    try {
      for (const [kind, pathIn] of DATABASES) await lock.#hold(pathIn(files.home), kind, files);
      return lock;
    } catch (error) {
      lock.close();
      throw error;
    }
  }

  /** The connection of a database that is there. */
  connection(path: string): DatabaseSync | undefined {
    return this.#held.get(this.#treePath(path))?.connection;
  }

  async count(): Promise<number> {
    let files = 0;
    for await (const _ of this.#paths()) files += 1;
    return files;
  }

  async *files(): AsyncGenerator<TreeEntry> {
    for await (const path of this.#paths()) yield { path, ...(await sumOf(this.#piecesOf(path))) };
  }

  /** The bytes of a database's file. */
  pieces(path: string): AsyncIterable<Uint8Array> {
    return this.#piecesOf(this.#treePath(path));
  }

  close(): void {
    for (const { connection, file } of this.#held.values()) {
      connection.close();
      closeSync(file);
    }
    this.#held.clear();
  }

  async #hold(path: string, kind: DatabaseKind, files: DurableFiles): Promise<void> {
    if (!(await new SqliteFile(path, kind).isThere())) return;
    const connection = await openExclusively(path, kind, EXCLUSIVE_GIVE_UP_MS);
    if (connection === undefined) return;
    try {
      connection.exec("PRAGMA wal_checkpoint(TRUNCATE)");
      const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
      this.#held.set(this.#treePath(path), { connection, file });
    } catch (error) {
      connection.close();
      throw fileError(sqliteError(error, path, kind), path);
    }
    // For the name of its log: SQLite ignores it when that cannot be made durable.
    await files.syncNames(join(files.home, "tau-edge"));
  }

  #paths(): AsyncGenerator<string> {
    return walkTree(this.#home, { leaveOut: isPassing });
  }

  #piecesOf(path: string): AsyncIterable<Uint8Array> {
    const held = this.#held.get(path);
    return held === undefined ? filePieces(join(this.#home, path)) : piecesOf(held.file, join(this.#home, path));
  }

  #treePath(path: string): string {
    return relative(this.#home, path).replaceAll("\\", "/");
  }
}

/** Logs and indexes of databases, which are empty while they are held; what a writer that died left; what is kept for undos. */
function isPassing(path: string): boolean {
  if (path === "tau-edge/undo/" || path === "tau-edge/incoming/") return true;
  return /^tau-edge\/[a-z]+\.db-(?:wal|shm|journal)$/.test(path) || /(?:^|\/)\.[^/]+\.tmp$/.test(path);
}

async function* piecesOf(file: number, path: string): AsyncGenerator<Uint8Array> {
  for (let position = 0; ; ) {
    const piece = new Uint8Array(READ_PIECE_BYTES);
    const length = readOrFail(file, piece, position, path);
    if (length === 0) return;
    yield piece.subarray(0, length);
    position += length;
  }
}

function readOrFail(file: number, piece: Uint8Array, position: number, path: string): number {
  try {
    return readSync(file, piece, 0, piece.length, position);
  } catch (error) {
    throw fileError(error, path);
  }
}

/** Makes it durable that the log is empty: the frames of another file would be played back into the one that replaces it. */
export function syncLog(databasePath: string, files: DurableFiles): void {
  const path = `${databasePath}-wal`;
  const log = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600);
  try {
    fsyncSync(log);
  } catch (error) {
    throw files.poison(error, path);
  } finally {
    closeSync(log);
  }
}

/** The schema that the database has now. */
export function schemaOf(connection: DatabaseSync): number {
  return pragma(connection, "user_version");
}
