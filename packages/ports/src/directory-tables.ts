/** The tables of an agent directory, for every SQLite that holds one. */

/**
 * Of tokens and link secrets there are hashes alone; `secret` holds the two keys that must be kept as they are. Scopes
 * are words with a space between them.
 */
export const DIRECTORY_TABLES = `
  CREATE TABLE epoch (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    epoch INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE owner (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    kind TEXT NOT NULL,
    verifier TEXT NOT NULL
  ) STRICT;
  CREATE TABLE retired (
    number INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    verifier TEXT NOT NULL,
    UNIQUE (kind, verifier)
  ) STRICT;
  CREATE TABLE secret (
    name TEXT PRIMARY KEY,
    bytes BLOB NOT NULL
  ) STRICT;
  CREATE TABLE link (
    number INTEGER PRIMARY KEY,
    link_id TEXT NOT NULL UNIQUE,
    secret_check BLOB NOT NULL,
    subject TEXT NOT NULL,
    scopes TEXT NOT NULL,
    expected_did TEXT,
    created_unix_ms INTEGER NOT NULL,
    expires_unix_ms INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    state TEXT NOT NULL,
    used_by TEXT,
    used_unix_ms INTEGER,
    wrong_secrets INTEGER NOT NULL,
    second_uses INTEGER NOT NULL,
    repeatable INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX open_link ON link (expires_unix_ms) WHERE state = 'open';
  CREATE INDEX link_end ON link (expires_unix_ms);
  CREATE TABLE agent (
    did TEXT PRIMARY KEY,
    jkt TEXT NOT NULL,
    scopes TEXT NOT NULL,
    subject TEXT NOT NULL,
    assurance TEXT NOT NULL,
    registered_unix_ms INTEGER NOT NULL,
    renewed_unix_ms INTEGER NOT NULL,
    states TEXT NOT NULL
  ) STRICT;
  CREATE TABLE revoked (
    did TEXT PRIMARY KEY,
    revoked_unix_ms INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE access (
    number INTEGER PRIMARY KEY,
    token_hash BLOB NOT NULL UNIQUE,
    did TEXT NOT NULL,
    expires_unix_ms INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX access_of ON access (did, number);
  CREATE INDEX access_end ON access (expires_unix_ms);
  CREATE TABLE operator_token (
    token_hash BLOB PRIMARY KEY,
    name TEXT NOT NULL,
    slot TEXT NOT NULL,
    scopes TEXT NOT NULL,
    created_unix_ms INTEGER NOT NULL,
    expires_unix_ms INTEGER,
    created_by TEXT NOT NULL,
    UNIQUE (name, slot)
  ) STRICT;
`;

/** Raised when a table changes. */
export const DIRECTORY_SCHEMA_VERSION = 1;
