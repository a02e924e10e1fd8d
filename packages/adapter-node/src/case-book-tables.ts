/** The tables of `<state-dir>/tau-edge/cases.db`. */
import { resolve } from "node:path";
import type { DatabaseKind } from "./database-kind.ts";

export function caseBookPath(stateDir: string): string {
  return resolve(stateDir, "tau-edge", "cases.db");
}

/**
 * Texts that come from fixtures are kept as the bytes of their UTF-8: they may hold U+0000, where Deno ends a text, and
 * bytes have the order that is asked for. `CAST(case_key AS TEXT)` shows them.
 */
export const CASE_BOOK: DatabaseKind = {
  name: "case book",
  // "TAUB"
  applicationId: 0x54415542,
  version: 1,
  corrupt: "book_corrupt",
  newer: "book_newer",
  tables: `
    CREATE TABLE position (
      only INTEGER PRIMARY KEY CHECK (only = 1),
      seq INTEGER NOT NULL,
      record_hash TEXT NOT NULL
    ) STRICT;
    CREATE TABLE health (
      field TEXT PRIMARY KEY,
      value INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE processed (
      number INTEGER PRIMARY KEY,
      key BLOB NOT NULL UNIQUE
    ) STRICT;
    CREATE TABLE booked (
      number INTEGER PRIMARY KEY,
      identity BLOB NOT NULL,
      case_key BLOB NOT NULL,
      blueprint_id BLOB NOT NULL,
      applied INTEGER NOT NULL,
      record BLOB NOT NULL,
      UNIQUE (identity, applied),
      UNIQUE (applied, case_key)
    ) STRICT;
    CREATE INDEX applied_of ON booked (blueprint_id, case_key) WHERE applied = 1;
  `,
};

/**
 * In the temporary database of the connection: a file that only this process sees, and that is gone with it (SQLite is
 * built so on Node and Deno, and the setting cannot be changed within a transaction). Rows are appended in the order in which they come; the index that gives the other order is made once, when all are there.
 */
export const STAGE = `
  CREATE TEMP TABLE IF NOT EXISTS stage (
    place INTEGER PRIMARY KEY,
    case_id BLOB NOT NULL,
    blueprint_id BLOB NOT NULL,
    deploy_target BLOB NOT NULL,
    trimmed_id BLOB NOT NULL UNIQUE,
    raw BLOB NOT NULL
  ) STRICT;
`;

export const STAGE_ORDER = `
  CREATE INDEX IF NOT EXISTS temp.stage_order ON stage (case_id, blueprint_id, deploy_target, place);
`;
