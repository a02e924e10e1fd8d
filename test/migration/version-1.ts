/** A state directory as version 1 of the ledger's schema left it: the tables are frozen here, because that program is gone. */
import { renameSync, rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { ledgerPath } from "@tau-edge/adapter-node";

/** Never to be changed. */
const VERSION_1 = `
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
  PRAGMA application_id = 1413567813;
  PRAGMA user_version = 1;
`;

/** Takes the state of this program, which nobody has open, back to what an earlier one would have written. */
export function makeVersion1(stateDir: string): void {
  const path = ledgerPath(stateDir);
  const old = `${path}.version-1`;
  const database = new DatabaseSync(old);
  database.exec("PRAGMA journal_mode = WAL");
  database.exec(VERSION_1);
  database.prepare("ATTACH ? AS now").run(path);
  database.exec(`
    INSERT INTO record SELECT stream, seq, bytes, hash FROM now.record ORDER BY stream, seq;
    INSERT INTO named_object SELECT digest, stream, seq FROM now.named_object;
    DETACH now;
  `);
  database.close();
  for (const end of ["-wal", "-shm"]) rmSync(`${path}${end}`, { force: true });
  renameSync(old, path);
}

/** The schema that a program of that time would find; it opened version 1 and refused what is newer. */
export function schemaIn(stateDir: string): number {
  const database = new DatabaseSync(ledgerPath(stateDir));
  const version = database.prepare("PRAGMA user_version").get()?.["user_version"];
  database.close();
  return Number(version);
}
