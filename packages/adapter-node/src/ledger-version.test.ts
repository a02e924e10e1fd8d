/** A ledger of version 1 is read as it stands, written by nobody, and complete once its migration has run. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { emptyHead, sealDrafts } from "@tau-edge/ledger";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LEDGER, LEDGER_MIGRATIONS, ledgerPath } from "./ledger-tables.ts";
import { nativeSha256 } from "./native-hash.ts";
import { openState, openStateReader } from "./open-state.ts";

const STREAM = "default/dev/sample";
/** What version 1 of this program made: never to be changed. */
const VERSION_1 = `
  CREATE TABLE record (
    stream TEXT NOT NULL, seq INTEGER NOT NULL, bytes BLOB NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (stream, seq)
  ) STRICT;
  CREATE TABLE named_object (
    digest BLOB NOT NULL, stream TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (digest, stream, seq)
  ) STRICT, WITHOUT ROWID;
  PRAGMA application_id = 1413567813;
  PRAGMA user_version = 1;
  PRAGMA journal_mode = WAL;
`;

let stateDir: string;
beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), "tau-edge-version-"));
  mkdirSync(join(stateDir, "tau-edge"));
  const draft = { type: "note", actor: { kind: "local", id: "tester" }, body: {} } as const;
  const request = { stream: STREAM, head: emptyHead(STREAM, nativeSha256), drafts: [draft], now_unix_ms: 1 };
  const sealed = sealDrafts({ ...request, sha256: nativeSha256 });
  change((database) => {
    database.exec(VERSION_1);
    for (const { record, bytes, hash } of sealed.outcome === "sealed" ? sealed.records : [])
      database.prepare("INSERT INTO record VALUES (?, ?, ?, ?)").run(STREAM, record.seq, bytes, hash);
    database.prepare("INSERT INTO named_object VALUES (?, ?, 0)").run(new Uint8Array(32), STREAM);
  });
});
afterEach(() => rmSync(stateDir, { recursive: true, force: true }));

function change(work: (database: DatabaseSync) => void): void {
  const database = new DatabaseSync(ledgerPath(stateDir));
  work(database);
  database.close();
}

/** What there is, by type and name, without the white space in which it was written. */
function schemaOf(database: DatabaseSync): readonly string[] {
  const rows = database.prepare("SELECT type, name, sql FROM sqlite_schema").all();
  return rows.map(({ type, name, sql }) => `${type} ${name} ${String(sql).replaceAll(/\s+/g, "")}`).sort();
}

describe("a ledger of version 1", () => {
  it("is read", async () => {
    const reader = openStateReader(stateDir);
    expect((await reader.ledger.read(STREAM, 0, 10)).map(({ record }) => record.type)).toEqual(["note"]);
    await reader.close();
  });

  it("is not written: the file stays byte for byte, and the refusal says what to do", async () => {
    const before = readFileSync(ledgerPath(stateDir));
    await expect(openState(stateDir)).rejects.toMatchObject({
      code: "ledger_older",
      remedy: `tau-edge migrate run --state-dir '${stateDir}'`,
    });
    expect(readFileSync(ledgerPath(stateDir))).toEqual(before);
  });

  it("is refused by a writer that had opened before the file was there", async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), "tau-edge-version-"));
    const state = await openState(elsewhere);
    mkdirSync(join(elsewhere, "tau-edge"));
    const old = new DatabaseSync(ledgerPath(elsewhere));
    old.exec(VERSION_1);
    old.close();
    const draft = { type: "note", actor: { kind: "local", id: "tester" }, body: {} } as const;
    const append = state.ledger.append({
      stream: STREAM,
      expected_seq: -1,
      drafts: [draft],
      objects: [],
      now_unix_ms: 1,
    });
    await expect(append).rejects.toMatchObject({ code: "ledger_older" });
    await state.close();
    rmSync(elsewhere, { recursive: true, force: true });
  });

  it("has the tables of a new file once its migrations have run, and is written then", async () => {
    for (const { from, to, statements } of LEDGER_MIGRATIONS)
      change((database) => {
        expect(database.prepare("PRAGMA user_version").get()).toEqual({ user_version: from });
        database.exec(`BEGIN IMMEDIATE; ${statements} PRAGMA user_version = ${to}; COMMIT`);
      });
    const fresh = new DatabaseSync(":memory:");
    fresh.exec(LEDGER.tables);
    change((database) => expect(schemaOf(database)).toEqual(schemaOf(fresh)));
    fresh.close();
    const state = await openState(stateDir);
    expect((await state.ledger.head(STREAM)).seq).toBe(0);
    await state.close();
  });
});
