/** Links, agents and tokens in `<state-dir>/tau-edge/agents.db`. */
import type { DatabaseSync } from "node:sqlite";
import { DirectoryWork, SqlDirectoryRows, StoredDirectory, StoredDirectoryReader } from "@tau-edge/ports";
import { AGENTS, agentsPath } from "./agent-directory-tables.ts";
import type { DurableFiles } from "./durable-files.ts";
import { atOneMoment } from "./sqlite-database.ts";
import { SqliteFile } from "./sqlite-file.ts";
import { WritableSqliteFile } from "./writable-sqlite-file.ts";

export class SqliteAgentDirectoryReader extends StoredDirectoryReader {
  readonly #file: SqliteFile;

  constructor(stateDir: string) {
    super();
    this.#file = new SqliteFile(agentsPath(stateDir), AGENTS);
  }

  protected look<T>(empty: T, ask: (work: DirectoryWork) => T): T | Promise<T> {
    return look(this.#file, empty, ask);
  }

  protected lookAtOnce<T>(empty: T, ask: (work: DirectoryWork) => T): T | Promise<T> {
    return lookAtOnce(this.#file, empty, ask);
  }

  close(): void {
    this.#file.close();
  }
}

/**
 * The seed of the gateway's key, for whoever makes its public key from it; undefined where there is none yet.
 * @throws PortError `directory_corrupt`, `directory_newer`, `store_unavailable`
 */
export async function gatewaySeed(stateDir: string): Promise<Uint8Array | undefined> {
  const file = new SqliteFile(agentsPath(stateDir), AGENTS);
  try {
    return await file.read(undefined, (database) => workOn(file, database).secret("gateway_key"));
  } finally {
    file.close();
  }
}

export class SqliteAgentDirectory extends StoredDirectory {
  /** Its connection reads only: one that also writes would see what another turn has not committed yet. */
  readonly #read: SqliteFile;
  readonly #written: WritableSqliteFile;

  /**
   * Nothing is opened before it is asked for; the first write creates the file.
   * @param files of the state directory; shared with the other stores, so that a failed fsync of one stops them all
   */
  constructor(files: DurableFiles) {
    super();
    const path = agentsPath(files.home);
    this.#read = new SqliteFile(path, AGENTS);
    this.#written = new WritableSqliteFile(path, AGENTS, files);
  }

  protected look<T>(empty: T, ask: (work: DirectoryWork) => T): T | Promise<T> {
    return look(this.#read, empty, ask);
  }

  protected lookAtOnce<T>(empty: T, ask: (work: DirectoryWork) => T): T | Promise<T> {
    return lookAtOnce(this.#read, empty, ask);
  }

  protected change<T>(change: (work: DirectoryWork) => T): Promise<T> {
    return this.#written.transaction(async (database) => change(workOn(this.#written, database)));
  }

  close(): void {
    this.#written.close();
    this.#read.close();
  }
}

function look<T>(file: SqliteFile, empty: T, ask: (work: DirectoryWork) => T): T | Promise<T> {
  return file.look(empty, (database) => ask(workOn(file, database)));
}

function lookAtOnce<T>(file: SqliteFile, empty: T, ask: (work: DirectoryWork) => T): T | Promise<T> {
  return file.look(empty, (database) => atOneMoment(database, () => ask(workOn(file, database))));
}

function workOn(file: SqliteFile, database: DatabaseSync): DirectoryWork {
  const rows = new SqlDirectoryRows((sql, ...values) => file.statement(database, sql).all(...values), file.path);
  return new DirectoryWork(rows);
}
