/**
 * Copies a database while others write to it, as of one moment: `VACUUM INTO` reads in one transaction and writes a file
 * without a log beside it, on Node and on Deno.
 */
import { closeSync, openSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { PortError } from "@tau-edge/ports";
import type { DatabaseKind } from "./database-kind.ts";
import { BUSY_BLOCK_MS } from "./limits.ts";
import { patiently, pragma } from "./sqlite-database.ts";
import { sqliteError } from "./sqlite-error.ts";
import { SqliteFile } from "./sqlite-file.ts";

/**
 * @param to must not be there yet; nobody but the owner may read it. The caller makes it durable
 * @returns the schema version, or undefined when there is no such database
 * @throws PortError `kind.corrupt`, `kind.newer`, `store_unavailable`, `store_full`
 */
export async function copyDatabase(from: string, kind: DatabaseKind, to: string): Promise<number | undefined> {
  const source = new SqliteFile(from, kind);
  try {
    // Looks at the header as every reader does: a newer or foreign file is refused.
    const version = await source.read(0, (database) => pragma(database, "user_version"));
    if (version === 0) return undefined;
    closeSync(openSync(to, "wx", 0o600));
    await patiently(from, kind, () => vacuum(from, to, kind)).catch((error: unknown) => {
      // Reading fills no disk.
      throw error instanceof PortError && error.code === "store_full"
        ? new PortError("store_full", to, "The disk or the quota is full", { cause: error })
        : error;
    });
    return version;
  } finally {
    source.close();
  }
}

/** On a connection of its own, because it must not stand in a transaction. */
function vacuum(from: string, to: string, kind: DatabaseKind): void {
  const database = connect(from, kind);
  try {
    database.prepare("VACUUM INTO ?").run(to);
  } finally {
    database.close();
  }
}

function connect(path: string, kind: DatabaseKind): DatabaseSync {
  try {
    return new DatabaseSync(path, { readOnly: true, timeout: BUSY_BLOCK_MS });
  } catch (error) {
    throw sqliteError(error, path, kind);
  }
}
