import { existsSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { digestOf } from "@tau-edge/encoding";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ledgerPath } from "./ledger-tables.ts";
import { nativeSha256 } from "./native-hash.ts";
import { type OpenState, openState, openStateReader } from "./open-state.ts";

const STREAM = "default/dev/sample";

let directory: string;
let stateDir: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "tau-edge-test-"));
  stateDir = join(directory, "state");
});
afterEach(() => rm(directory, { recursive: true, force: true }));

async function appendOne(state: OpenState, size_bytes = 10): Promise<void> {
  const { seq } = await state.ledger.head(STREAM);
  const bytes = new Uint8Array([seq + 1]);
  const digest = digestOf(nativeSha256(bytes));
  await state.objects.putIfAbsent(digest, bytes);
  const actor = { kind: "local", id: "tester" } as const;
  const drafts = [{ type: "sample_stored", actor, body: { bytes: new Uint8Array(size_bytes) } }];
  const now_unix_ms = state.clock.nowUnixMs();
  await state.ledger.append({ stream: STREAM, expected_seq: seq, drafts, objects: [digest], now_unix_ms });
}

async function makeLedger(records = 1): Promise<void> {
  const state = await openState(stateDir);
  for (let nth = 0; nth < records; nth++) await appendOne(state, 30_000);
  await state.close();
}

describe("opening", () => {
  it("creates nothing before the first write", async () => {
    const state = await openState(stateDir);
    expect(await state.ledger.streams()).toEqual([]);
    await state.files.check();
    await state.close();
    expect(existsSync(stateDir)).toBe(false);
  });

  it("for reading finds nothing where a writer died while it created the ledger, and a writer creates it", async () => {
    await mkdir(join(stateDir, "tau-edge"), { recursive: true });
    const other = join(directory, "other.db");
    const dying = new DatabaseSync(other);
    // With so small a cache the pages are written before the end, as they are at the end.
    dying.exec("PRAGMA cache_size = 1; BEGIN IMMEDIATE; CREATE TABLE t (x); INSERT INTO t VALUES (zeroblob(100000))");
    for (const end of ["", "-journal"]) await copyFile(`${other}${end}`, `${ledgerPath(stateDir)}${end}`);
    dying.close();

    const reader = openStateReader(stateDir);
    expect(await reader.ledger.streams()).toEqual([]);
    await makeLedger();
    expect(await reader.ledger.streams()).toEqual([STREAM]);
    await reader.close();
  });

  it("for reading refuses a ledger whose journal would take it back to an earlier one", async () => {
    await makeLedger();
    const whole = new DatabaseSync(ledgerPath(stateDir));
    whole.exec("PRAGMA journal_mode = DELETE; PRAGMA cache_size = 1; BEGIN IMMEDIATE; CREATE TABLE t (x)");
    whole.exec("INSERT INTO t VALUES (zeroblob(100000))");
    const torn = join(directory, "torn");
    await mkdir(join(torn, "tau-edge"), { recursive: true });
    for (const end of ["", "-journal"]) await copyFile(`${ledgerPath(stateDir)}${end}`, `${ledgerPath(torn)}${end}`);
    whole.close();

    const reader = openStateReader(torn);
    await expect(reader.ledger.streams()).rejects.toMatchObject({ code: "store_unavailable" });
    await reader.close();
  });

  it("for reading creates nothing, and sees what another process writes later", async () => {
    const reader = openStateReader(stateDir);
    expect((await reader.ledger.head(STREAM)).seq).toBe(-1);
    expect(existsSync(stateDir)).toBe(false);
    const state = await openState(stateDir);
    await appendOne(state);
    expect((await reader.ledger.head(STREAM)).seq).toBe(0);
    const version = await reader.ledger.dataVersion();
    await appendOne(state);
    expect(await reader.ledger.dataVersion()).not.toBe(version);
    await reader.close();
    await state.close();
  });

  it("lets one process read and write at once", async () => {
    const state = await openState(stateDir);
    const [head] = await Promise.all([state.ledger.head(STREAM), appendOne(state), state.ledger.streams()]);
    expect(head.seq).toBe(-1);
    await Promise.all([state.ledger.head(STREAM), state.ledger.read(STREAM, 0, 1), appendOne(state)]);
    expect((await state.ledger.head(STREAM)).seq).toBe(1);
    await state.close();
  });

  it("knows which record names which object", async () => {
    await makeLedger(2);
    const reader = openStateReader(stateDir);
    const named: [string, number][] = [];
    for await (const page of reader.collection.named()) for (const { digest, seq } of page) named.push([digest, seq]);
    const digests = [0, 1].map((nth) => [digestOf(nativeSha256(new Uint8Array([nth]))), nth]);
    expect(new Map(named)).toEqual(new Map(digests as [string, number][]));
    expect(await reader.ledger.integrityProblems()).toEqual([]);
    await reader.close();
  });

  it("accepts the empty file that a killed process leaves", async () => {
    await mkdir(join(stateDir, "tau-edge"), { recursive: true });
    await writeFile(ledgerPath(stateDir), "");
    expect(await openStateReader(stateDir).ledger.streams()).toEqual([]);
    await makeLedger();
  });
});

describe("a ledger that another process is just creating", () => {
  it("is empty for a reader, and completed by a writer", async () => {
    await mkdir(join(stateDir, "tau-edge"), { recursive: true });
    change(ledgerPath(stateDir), "PRAGMA journal_mode = WAL");
    const reader = openStateReader(stateDir);
    expect(await reader.ledger.streams()).toEqual([]);
    await makeLedger();
    expect(await reader.ledger.streams()).toEqual([STREAM]);
    await reader.close();
  });
});

describe("a ledger file that is refused, and kept byte for byte:", () => {
  const cases: readonly (readonly [string, string, (path: string) => Promise<void>])[] = [
    ["text", "ledger_corrupt", (path) => writeFile(path, "not a database, but longer than nothing at all")],
    ["a database of another program", "ledger_corrupt", async (path) => change(path, "CREATE TABLE theirs (x)")],
    [
      "a newer schema",
      "ledger_newer",
      async (path) => {
        await makeLedger();
        change(path, "PRAGMA user_version = 3");
      },
    ],
    [
      "a file without its end",
      "ledger_corrupt",
      async (path) => {
        await makeLedger(3);
        await truncate(path, 3 * 4096);
      },
    ],
    [
      "a page of zeros",
      "ledger_corrupt",
      async (path) => {
        await makeLedger(3);
        const bytes = await readFile(path);
        await writeFile(path, bytes.fill(0, 4096, 2 * 4096));
      },
    ],
  ];

  for (const [what, code, spoil] of cases)
    it(`${what} is ${code}`, async () => {
      await mkdir(join(stateDir, "tau-edge"), { recursive: true });
      const path = ledgerPath(stateDir);
      await spoil(path);
      await copyFile(path, join(directory, "before"));
      await expect(openState(stateDir)).rejects.toMatchObject({ code });
      await expect(openStateReader(stateDir).ledger.head(STREAM)).rejects.toMatchObject({ code });
      expect(await readFile(path)).toEqual(await readFile(join(directory, "before")));
      expect(await readdir(join(stateDir, "tau-edge"))).toContain("ledger.db");
    });
});

function change(path: string, sql: string): void {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}
