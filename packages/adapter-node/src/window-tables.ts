/** The tables of `<state-dir>/tau-edge/windows.db`. */
import { resolve } from "node:path";
import type { DatabaseKind } from "./database-kind.ts";

export function windowsPath(stateDir: string): string {
  return resolve(stateDir, "tau-edge", "windows.db");
}

export const WINDOWS: DatabaseKind = {
  name: "file of windows",
  // "TAUW"
  applicationId: 0x54415557,
  version: 1,
  corrupt: "windows_corrupt",
  newer: "windows_newer",
  // The histogram stands last in its row: SQLite need not read through it for what stands before.
  tables: `
    CREATE TABLE window (
      number INTEGER PRIMARY KEY,
      rollout_id TEXT NOT NULL,
      release TEXT NOT NULL,
      attempt INTEGER NOT NULL,
      stage INTEGER NOT NULL,
      window INTEGER NOT NULL,
      batches INTEGER NOT NULL,
      frozen_unix_ms INTEGER,
      UNIQUE (rollout_id, release, attempt, stage, window)
    ) STRICT;
    CREATE TABLE shard (
      window INTEGER NOT NULL,
      shard TEXT NOT NULL,
      ok INTEGER NOT NULL,
      failed INTEGER NOT NULL,
      ended INTEGER NOT NULL,
      first_unix_ms INTEGER,
      last_unix_ms INTEGER,
      starts BLOB NOT NULL,
      latency BLOB NOT NULL,
      PRIMARY KEY (window, shard)
    ) STRICT;
    CREATE TABLE batch (
      window INTEGER NOT NULL,
      reporter TEXT NOT NULL,
      batch_id TEXT NOT NULL,
      PRIMARY KEY (window, reporter, batch_id)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE tally (
      window INTEGER NOT NULL,
      reporter TEXT NOT NULL,
      ends INTEGER NOT NULL,
      starts INTEGER NOT NULL,
      ended INTEGER NOT NULL,
      PRIMARY KEY (window, reporter)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE arm (
      rollout_id TEXT NOT NULL,
      release TEXT NOT NULL,
      late INTEGER NOT NULL,
      forgotten_attempt INTEGER,
      forgotten_stage INTEGER,
      forgotten_window INTEGER,
      PRIMARY KEY (rollout_id, release)
    ) STRICT, WITHOUT ROWID;
  `,
};
