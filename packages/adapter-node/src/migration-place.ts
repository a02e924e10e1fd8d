/** The schemas of a state directory on disk: looked at, brought to this program's, and given back. */
import { lchownSync, lstatSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import type { StoredRecord } from "@tau-edge/ledger";
import {
  type AppendRequest,
  type FileSum,
  type LedgerReader,
  type LockedState,
  type MigrationPlace,
  PortError,
  type StoreVersion,
  sealAppend,
} from "@tau-edge/ports";
import { DurableFiles, fileError } from "./durable-files.ts";
import { FreeSpace } from "./free-space.ts";
import { SqliteLedgerReader } from "./ledger-reader.ts";
import { INSERT_RECORD, LEDGER, LEDGER_MIGRATIONS, ledgerPath } from "./ledger-tables.ts";
import { nativeSha256 } from "./native-hash.ts";
import { nodeFileSystem } from "./node-file-system.ts";
import { rollback } from "./sqlite-database.ts";
import { sqliteError } from "./sqlite-error.ts";
import { SqliteFile } from "./sqlite-file.ts";
import { StateLock, schemaOf, syncLog } from "./state-lock.ts";
import { storeVersions } from "./store-versions.ts";
import { filePieces, SummedPieces } from "./tree-walk.ts";
import { ConnectedFile, UndoFiles } from "./undo-files.ts";

export class StateMigration implements MigrationPlace {
  readonly #files: DurableFiles;

  constructor(stateDir: string) {
    this.#files = new DurableFiles(nodeFileSystem, stateDir);
  }

  versions(): Promise<readonly StoreVersion[]> {
    return storeVersions(this.#files.home);
  }

  async exclusively<T>(work: (state: LockedState) => Promise<T>): Promise<T> {
    const lock = await StateLock.take(this.#files);
    try {
      return await work(lockedState(this.#files, lock));
    } finally {
      lock.close();
    }
  }
}

function lockedState(files: DurableFiles, lock: StateLock): LockedState {
  const path = ledgerPath(files.home);
  const connection = lock.connection(path);
  const file = connection === undefined ? new SqliteFile(path, LEDGER) : new ConnectedFile(path, connection);
  const ledger = new SqliteLedgerReader(files.home, nativeSha256, file);
  const undos = new UndoFiles(files);
  return {
    ledger,
    space: new FreeSpace(files.home),
    ledger_path: "tau-edge/ledger.db",
    ledgerVersion: () => connection && schemaOf(connection),
    integrityProblems: () => ledger.integrityProblems(),
    count: () => lock.count(),
    files: () => lock.files(),
    keepUndo: (number, document) => undos.keep(number, lock.pieces(path), document),
    keptUndo: (number) => undos.kept(number),
    async migrate(append, check) {
      if (connection === undefined) throw new TypeError("there is no ledger to migrate");
      return migrate(connection, ledger, append, check);
    },
    restore: (number, expected) => restore(files, undos.copyPath(number), expected),
  };
}

async function migrate(
  connection: DatabaseSync,
  ledger: SqliteLedgerReader,
  append: AppendRequest,
  check: (ledger: LedgerReader) => Promise<void>,
): Promise<readonly StoredRecord[]> {
  try {
    connection.exec("BEGIN IMMEDIATE");
    const from = schemaOf(connection);
    for (const step of LEDGER_MIGRATIONS)
      if (step.from >= from) connection.exec(`${step.statements} PRAGMA user_version = ${step.to};`);
    checkTables(connection, ledger.path);
    const records = await insert(connection, ledger, append);
    // A reader of its own: the other one remembers the ends as of before this connection wrote.
    await check(new SqliteLedgerReader(ledger.path, nativeSha256, new ConnectedFile(ledger.path, connection)));
    connection.exec("COMMIT");
    return records;
  } catch (error) {
    rollback(connection);
    throw sqliteError(error, ledger.path, LEDGER);
  }
}

async function insert(
  connection: DatabaseSync,
  ledger: SqliteLedgerReader,
  append: AppendRequest,
): Promise<readonly StoredRecord[]> {
  const sealed = sealAppend(append, await ledger.head(append.stream), nativeSha256);
  if (sealed.outcome === "conflict") throw new TypeError("a ledger that is locked has one writer");
  for (const { record, bytes, hash } of sealed.records)
    connection.prepare(INSERT_RECORD).run(append.stream, record.seq, bytes, hash);
  return sealed.records;
}

/** A file whose tables are not those of a new one would fail later, at whoever needs what is missing. */
function checkTables(connection: DatabaseSync, path: string): void {
  const fresh = new DatabaseSync(":memory:");
  try {
    fresh.exec(LEDGER.tables);
    if (tablesOf(connection) === tablesOf(fresh)) return;
  } finally {
    fresh.close();
  }
  throw new PortError(LEDGER.corrupt, path, "The tables of the ledger are not those of its schema", {
    remedy: "The file is kept as it is. Restore it from a backup.",
  });
}

/** By type and name, without the white space in which they were written. */
function tablesOf(database: DatabaseSync): string {
  const rows = database.prepare("SELECT type, name, sql FROM sqlite_schema ORDER BY type, name").all();
  return JSON.stringify(rows.map(({ type, name, sql }) => [type, name, String(sql).replaceAll(/\s+/g, "")]));
}

async function restore(files: DurableFiles, copy: string, expected: FileSum): Promise<void> {
  const ledger = ledgerPath(files.home);
  const mode = (await files.fs.facts(ledger))?.mode ?? 0o600;
  await files.makeDirectories(files.incoming);
  const pieces = new SummedPieces(filePieces(copy));
  const temporary = await files.writeTemporary(pieces, mode);
  const { size_bytes, sha256 } = pieces.sum();
  try {
    if (size_bytes !== expected.size_bytes || sha256 !== expected.sha256)
      throw new PortError("undo_corrupt", copy, "The copy of the ledger is not what was kept");
    keepOwner(temporary, ledger);
    syncLog(ledger, files);
  } catch (error) {
    await files.discard(temporary);
    throw fileError(error, ledger);
  }
  await files.replace(temporary, ledger);
}

/** Whoever undoes it with another account, such as root, must not take the ledger away from the account that uses it. */
function keepOwner(temporary: string, ledger: string): void {
  const { uid, gid } = lstatSync(ledger);
  const made = lstatSync(temporary);
  if (made.uid !== uid || made.gid !== gid) lchownSync(temporary, uid, gid);
}
