import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type Digest, digestOf } from "@tau-edge/encoding";
import type { AppendRequest } from "@tau-edge/ports";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { COLLECTION_PAGES_SQL } from "./collection-reader.ts";
import { SqliteCollectionStore } from "./collection-store.ts";
import { DurableFiles } from "./durable-files.ts";
import type { FileSystem } from "./file-system.ts";
import { SqliteLedgerStore } from "./ledger-store.ts";
import { LEDGER, ledgerPath } from "./ledger-tables.ts";
import { nativeSha256 } from "./native-hash.ts";
import { nodeFileSystem } from "./node-file-system.ts";
import { FileObjectStore } from "./object-files.ts";
import { objectPath } from "./object-reader.ts";
import { openStateReader } from "./open-state.ts";
import { storedObjects } from "./stored-objects.ts";
import { systemClock } from "./system-clock.ts";

const STREAM = "default/dev/app";
const NOW_UNIX_MS = 1_800_000_000_000;

let stateDir: string;
let ledgers: SqliteLedgerStore[];
beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), "tau-edge-collection-"));
  ledgers = [];
});
afterEach(async () => {
  for (const ledger of ledgers) ledger.close();
  await rm(stateDir, { recursive: true, force: true });
});

/** A process whose disk is changed like this. */
async function openWith(changes: Partial<FileSystem> = {}) {
  const files = new DurableFiles({ ...nodeFileSystem, ...changes }, stateDir);
  const hasObject = (digest: Digest) => existsSync(objectPath(stateDir, digest));
  const ledger = await SqliteLedgerStore.open({ files, sha256: nativeSha256, hasObject });
  ledgers.push(ledger);
  const objects = new FileObjectStore(stateDir, files, systemClock);
  return { ledger, objects, collection: new SqliteCollectionStore(ledger, files) };
}

type Opened = Awaited<ReturnType<typeof openWith>>;

async function nextAppend({ ledger }: Opened, objects: readonly Digest[] = []): Promise<AppendRequest> {
  const { seq } = await ledger.head(STREAM);
  const draft = { type: "note", actor: { kind: "local", id: "tester" }, body: {} } as const;
  return { stream: STREAM, expected_seq: seq, drafts: [draft], objects, now_unix_ms: NOW_UNIX_MS };
}

/** As many objects as bytes are given, all of them collected, and on the disk still. */
async function collected(opened: Opened, ...bytes: readonly number[]): Promise<readonly Digest[]> {
  const digests: Digest[] = [];
  for (const byte of bytes) {
    const content = new Uint8Array([byte]);
    const digest = digestOf(nativeSha256(content));
    await opened.objects.putIfAbsent(digest, content);
    digests.push(digest);
  }
  const condemned = await opened.collection.condemn(await nextAppend(opened), digests);
  const expectation = { condemned_seq: condemned.head.seq, system_seq: -1 };
  const result = await opened.collection.collect(await nextAppend(opened), digests, expectation);
  expect(result.outcome).toBe("appended");
  return digests;
}

function failing(code: string): () => Promise<never> {
  return () => Promise.reject(Object.assign(new Error(code), { code }));
}

describe("a sweep that the disk does not confirm", () => {
  const unsynced: Partial<FileSystem> = {
    syncDirectory: (path) => (path.includes("objects") ? failing("EIO")() : nodeFileSystem.syncDirectory(path)),
  };
  it.each<[string, Partial<FileSystem>]>([
    ["an fsync of the directory fails", unsynced],
    ["a file cannot be removed", { unlink: failing("EIO") }],
  ])("poisons the process when %s, and the next one sweeps again", async (_what, changes) => {
    const digests = await collected(await openWith(), 1, 2);
    const broken = await openWith(changes);
    await expect(broken.collection.sweep(10)).rejects.toMatchObject({ code: "store_poisoned" });
    const append = await nextAppend(broken);
    await expect(broken.ledger.append(append)).rejects.toMatchObject({ code: "store_poisoned" });
    const next = await openWith();
    for (const digest of digests) expect((await next.collection.mark(digest))?.mark).toBe("collected");
    expect((await next.collection.sweep(10)).left).toBe(false);
    for (const digest of digests) expect(await next.collection.mark(digest)).toBeUndefined();
    for (const digest of digests) expect(await next.objects.stat(digest)).toBeUndefined();
  });

  it("does nothing where this account may not remove files, and says so", async () => {
    const [digest] = await collected(await openWith(), 1);
    const refused = await openWith({ unlink: failing("EACCES") });
    await expect(refused.collection.sweep(10)).rejects.toMatchObject({ code: "store_unavailable" });
    expect((await refused.ledger.append(await nextAppend(refused))).outcome).toBe("appended");
    expect(digest && (await refused.collection.mark(digest))?.mark).toBe("collected");
  });

  it("is told the directories of what it removes, each once, before the marks go", async () => {
    await collected(await openWith(), 1, 2, 3);
    const synced: string[] = [];
    const watched = await openWith({
      syncDirectory: (path) => {
        synced.push(path);
        return nodeFileSystem.syncDirectory(path);
      },
    });
    const before = (await Promise.all([1, 2, 3].map(pathOfByte))).map((path) => dirname(path));
    await watched.collection.sweep(10);
    for (const directory of before) expect(synced.filter((path) => path === directory)).toHaveLength(1);
  });
});

async function pathOfByte(byte: number): Promise<string> {
  return objectPath(stateDir, digestOf(nativeSha256(new Uint8Array([byte]))));
}

describe("the list of stored objects", () => {
  it("leaves out what no object is looked for under, and refuses a directory in an object's place", async () => {
    const { objects, collection } = await openWith();
    const content = new Uint8Array([1]);
    const digest = digestOf(nativeSha256(content));
    await objects.putIfAbsent(digest, content);
    const directory = dirname(objectPath(stateDir, digest));
    await writeFile(join(directory, `${"0".repeat(64)}.lock`), "");
    await writeFile(join(directory, "README"), "");
    const wrong = directory.endsWith("00") ? "11" : "00";
    await writeFile(join(directory, wrong.repeat(32)), "");
    const listed = async () => {
      const found: Digest[] = [];
      for await (const page of collection.stored()) found.push(...page.map((stored) => stored.digest));
      return found;
    };
    expect(await listed()).toEqual([digest]);
    await mkdir(join(directory, directory.slice(-2).repeat(32)));
    await expect(listed()).rejects.toMatchObject({ code: "object_corrupt" });
  });

  it.each(["", "sha256", "sha256/ab"])(
    "refuses a link in the place of objects/%s: its objects are others'",
    async (at) => {
      const { collection } = await openWith();
      const theirs = join(stateDir, "theirs");
      await mkdir(join(theirs, "sha256", "ab"), { recursive: true });
      const place = join(stateDir, "tau-edge", "objects", at);
      await mkdir(dirname(place), { recursive: true });
      await symlink(join(theirs, at), place);
      const listed = async () => {
        for await (const page of collection.stored()) expect(page).toBe("none");
      };
      await expect(listed()).rejects.toMatchObject({ code: "object_corrupt" });
    },
  );

  it("asks the disk once for each of 100,000 objects, and holds one page of them", async () => {
    let asked = 0;
    const fs: FileSystem = {
      ...nodeFileSystem,
      names: async (directory) =>
        Array.from(
          { length: 400 },
          (_, nth) => `${directory.slice(-2)}${nth.toString(16).padStart(62, "0")}`,
        ).reverse(),
      facts: async (path) => {
        const kind = path.length - dirname(path).length === 65 ? "file" : "directory";
        if (kind === "file") asked += 1;
        return { kind, size_bytes: 1, modified_unix_ms: 5.4, mode: 0o444, identity: "" };
      },
    };
    let count = 0;
    let before = "";
    for await (const page of storedObjects(stateDir, fs)) {
      expect(page.length).toBeLessThanOrEqual(1_000);
      for (const { digest, renewed_unix_ms } of page) {
        if (digest <= before || renewed_unix_ms !== 5) throw new Error(`${digest} after ${before}`);
        before = digest;
        count += 1;
      }
    }
    expect([count, asked]).toEqual([102_400, 102_400]);
  });
});

describe("names and marks of many objects", () => {
  it("are read in pages that begin where the one before ended, each once and in order", async () => {
    const count = 2_500;
    const { ledger, collection } = await openWith();
    await ledger.transaction(async (database) => {
      const name = database.prepare("INSERT INTO named_object VALUES (?, ?, ?)");
      const mark = database.prepare("INSERT INTO object_mark VALUES (?, 'condemned', ?, 1, 1)");
      for (let nth = 0; nth < count; nth++) {
        const digest = nativeSha256(new Uint8Array([nth & 255, nth >> 8]));
        for (const seq of [7, 8]) name.run(digest, STREAM, seq);
        mark.run(digest, STREAM);
      }
    });
    const names: string[] = [];
    for await (const page of collection.named())
      names.push(...page.map(({ digest, stream, seq }) => `${digest} ${stream} ${seq}`));
    const marks: string[] = [];
    for await (const page of collection.marks()) marks.push(...page.map(({ digest }) => digest));
    expect([names.length, marks.length]).toEqual([2 * count, count]);
    expect(names).toEqual([...new Set(names)].sort());
    expect(marks).toEqual([...new Set(marks)].sort());
  });

  it("cost one step into an index for each page: nothing is sorted, and nothing is passed over", () => {
    const database = new DatabaseSync(":memory:");
    database.exec(LEDGER.tables);
    for (const sql of COLLECTION_PAGES_SQL) {
      const plan = database
        .prepare(`EXPLAIN QUERY PLAN ${sql}`)
        .all()
        .map(({ detail }) => String(detail));
      expect(plan).toHaveLength(1);
      expect(plan[0]).toMatch(/^SEARCH \w+ USING (?:COVERING INDEX|PRIMARY KEY|INDEX)/);
    }
    database.close();
  });
});

describe("a ledger of version 1", () => {
  it("has names and no marks", async () => {
    const digest = digestOf(nativeSha256(new Uint8Array([1])));
    await mkdir(join(stateDir, "tau-edge"));
    const old = new DatabaseSync(ledgerPath(stateDir));
    old.exec(LEDGER.tables);
    old.exec("DROP TRIGGER naming_rescinds; DROP TABLE object_mark; DROP TABLE collected_object");
    old.exec(`PRAGMA application_id = ${LEDGER.applicationId}; PRAGMA user_version = 1`);
    old.prepare("INSERT INTO named_object VALUES (?, ?, 0)").run(nativeSha256(new Uint8Array([1])), STREAM);
    old.close();
    const { collection, close } = openStateReader(stateDir);
    for await (const page of collection.marks()) expect(page).toBe("none");
    expect([await collection.mark(digest), await collection.collectedBy(digest)]).toEqual([undefined, undefined]);
    for await (const page of collection.named()) expect(page).toEqual([{ digest, stream: STREAM, seq: 0 }]);
    await close();
  });
});

describe("a program of version 1 that has had the file open since before its migration", () => {
  it("takes a mark away with every name, as its statements did not know of marks", async () => {
    const opened = await openWith();
    const [digest] = await collected(opened, 1);
    const old = new DatabaseSync(ledgerPath(stateDir));
    const name = "INSERT OR IGNORE INTO named_object (digest, stream, seq) VALUES (?, ?, ?)";
    old.prepare(name).run(nativeSha256(new Uint8Array([1])), STREAM, 9);
    old.close();
    expect(digest && (await opened.collection.mark(digest))).toBeUndefined();
    expect((await opened.collection.sweep(10)).removed).toBe(0);
  });
});
