import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { DatabaseKind } from "./database-kind.ts";
import { openForReading, openForWriting } from "./sqlite-database.ts";

const KIND: DatabaseKind = {
  name: "ledger",
  applicationId: 0x7a7a,
  version: 1,
  tables: "CREATE TABLE things (name TEXT)",
  corrupt: "ledger_corrupt",
  newer: "ledger_newer",
};

let directory: string;
let path: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "tau-edge-database-"));
  path = join(directory, "things.db");
  await writeFile(path, "");
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(directory, { recursive: true, force: true });
});

/** Another process, which creates the database as soon as this one begins to ask for the fact of that name. */
function createDuring(fact: string): void {
  const prepare = DatabaseSync.prototype.prepare;
  let created = false;
  vi.spyOn(DatabaseSync.prototype, "prepare").mockImplementation(function (this: DatabaseSync, sql: string) {
    if (!created && sql.includes(fact)) {
      created = true;
      const other = new DatabaseSync(path, { timeout: 0 });
      try {
        other.exec(`BEGIN IMMEDIATE; ${KIND.tables}; PRAGMA application_id = ${KIND.applicationId}`);
        other.exec(`PRAGMA user_version = ${KIND.version}; COMMIT`);
      } catch {
        // It waits for its turn, as a process with patience does.
      }
      other.close();
    }
    return prepare.call(this, sql);
  });
}

describe("a database that another process creates meanwhile", () => {
  for (const fact of ["application_id", "user_version", "sqlite_schema"]) {
    it(`is no stranger to a reader that asks for ${fact} then`, async () => {
      createDuring(fact);
      const database = await openForReading(path, KIND);
      database?.close();
    });

    it(`is no stranger to a writer that asks for ${fact} then`, async () => {
      createDuring(fact);
      const database = await openForWriting(path, KIND);
      expect(database.prepare("SELECT count(*) AS n FROM things").get()).toEqual({ n: 0 });
      database.close();
    });
  }
});
