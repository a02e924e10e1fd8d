/** The tables of the ledger, and how a file of an older version gets them. */
import { resolve } from "node:path";
import type { DatabaseKind } from "./database-kind.ts";

export interface TableMigration {
  /** The schema versions before and after: `PRAGMA user_version`. */
  readonly from: number;
  readonly to: number;
  /** Run in one transaction with the new version. */
  readonly statements: string;
}

const RECORDS = `
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
`;

/**
 * That a new name takes the mark away is a trigger: no statement that names an object can forget it, not even one of an
 * older program that has had the file open since before it was migrated. Nor does an earlier collection explain it when the
 * object is missing after that: it was stored when it was named.
 */
const MARKS = `
  CREATE TABLE object_mark (
    digest BLOB NOT NULL PRIMARY KEY,
    mark TEXT NOT NULL CHECK (mark IN ('condemned', 'collected')),
    stream TEXT NOT NULL,
    seq INTEGER NOT NULL,
    at_unix_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX collected_mark ON object_mark (digest) WHERE mark = 'collected';
  CREATE TABLE collected_object (
    digest BLOB NOT NULL,
    stream TEXT NOT NULL,
    seq INTEGER NOT NULL,
    at_unix_ms INTEGER NOT NULL,
    PRIMARY KEY (digest, stream, seq)
  ) STRICT, WITHOUT ROWID;
  CREATE TRIGGER naming_rescinds AFTER INSERT ON named_object BEGIN
    DELETE FROM object_mark WHERE digest = NEW.digest;
    DELETE FROM collected_object WHERE digest = NEW.digest;
  END;
`;

/** In order; what a file of version `from` lacks. */
export const LEDGER_MIGRATIONS: readonly TableMigration[] = [{ from: 1, to: 2, statements: MARKS }];

export const LEDGER: DatabaseKind = {
  name: "ledger",
  // "TAUE"
  applicationId: 0x54415545,
  version: 2,
  corrupt: "ledger_corrupt",
  newer: "ledger_newer",
  older: "ledger_older",
  tables: `${RECORDS}${MARKS}`,
};

export const INSERT_RECORD = "INSERT INTO record (stream, seq, bytes, hash) VALUES (?, ?, ?, ?)";

export function ledgerPath(stateDir: string): string {
  return resolve(stateDir, "tau-edge", "ledger.db");
}
