/** The tables of windows, for every SQLite that holds them. */

/** Raised when a table changes; what a newer version wrote is refused instead of misread. */
export const WINDOWS_SCHEMA_VERSION = 1;

/** The histogram stands last in its row: SQLite need not read through it for what stands before. */
export const WINDOW_TABLES = `
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
`;
