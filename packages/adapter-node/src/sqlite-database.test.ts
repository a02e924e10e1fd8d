import { renameSync } from "node:fs";
import { copyFile, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { DatabaseKind } from "./database-kind.ts";
import { openExclusively, openForReading, openForWriting } from "./sqlite-database.ts";

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

describe("a database that is held by one process alone", () => {
  beforeEach(async () => (await openForWriting(path, KIND)).close());

  it("is opened by nobody else, readers included, and by the next one afterwards", async () => {
    const holder = await openExclusively(path, KIND, 0);
    await expect(openExclusively(path, KIND, 0)).rejects.toMatchObject({ code: "state_in_use" });
    const reading = openForReading(path, KIND);
    holder?.close();
    (await reading)?.close();
    (await openExclusively(path, KIND, 0))?.close();
  });

  it("is the file that stands there now, also where it was exchanged between its opening and its lock", async () => {
    const other = join(directory, "other.db");
    await copyFile(path, other);
    const made = new DatabaseSync(other);
    made.exec("INSERT INTO things VALUES ('of the other file')");
    made.close();
    const { exec } = DatabaseSync.prototype;
    vi.spyOn(DatabaseSync.prototype, "exec").mockImplementationOnce(function (this: DatabaseSync, sql: string) {
      renameSync(other, path);
      exec.call(this, sql);
    });
    const holder = await openExclusively(path, KIND, 0);
    expect(holder?.prepare("SELECT name FROM things").all()).toEqual([{ name: "of the other file" }]);
    holder?.close();
  });

  it("is refused while anybody has it open", async () => {
    const reader = await openForReading(path, KIND);
    await expect(openExclusively(path, KIND, 0)).rejects.toMatchObject({ code: "state_in_use" });
    reader?.close();
  });

  it.each([
    ["writes", () => openForWriting(path, KIND)],
    ["reads", () => openForReading(path, KIND)],
  ])(
    "is exchanged for another file under the eyes of who waits for it: what that one %s is the new file",
    async (_, open) => {
      const other = join(directory, "other.db");
      await copyFile(path, other);
      const made = new DatabaseSync(other);
      made.exec("INSERT INTO things VALUES ('of the other file')");
      made.close();
      const holder = await openExclusively(path, KIND, 0);
      const waiting = open();
      await rename(other, path);
      holder?.close();
      const opened = await waiting;
      expect(opened?.prepare("SELECT name FROM things").all()).toEqual([{ name: "of the other file" }]);
      opened?.close();
    },
  );
});
