import { lstat, mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { digestOf } from "@tau-edge/encoding";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DurableFiles } from "./durable-files.ts";
import type { FileSystem, WritableFile } from "./file-system.ts";
import { LEFTOVER_AGE_MS } from "./limits.ts";
import { nativeSha256 } from "./native-hash.ts";
import { nodeFileSystem } from "./node-file-system.ts";
import { FileObjectStore } from "./object-files.ts";
import { objectPath } from "./object-reader.ts";
import { systemClock } from "./system-clock.ts";

const BYTES = new TextEncoder().encode("an artifact");
const DIGEST = digestOf(nativeSha256(BYTES));

let stateDir: string;
beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), "tau-edge-test-"));
});
afterEach(() => rm(stateDir, { recursive: true, force: true }));

function failure(code: string): Error {
  return Object.assign(new Error(code), { code });
}

function open(changes: Partial<FileSystem>, now_unix_ms = systemClock.nowUnixMs()): FileObjectStore {
  const files = new DurableFiles({ ...nodeFileSystem, ...changes }, stateDir);
  return new FileObjectStore(stateDir, files, { nowUnixMs: () => now_unix_ms });
}

/** The real disk, whose files fail in one operation. */
function failingFile(operation: keyof WritableFile, code: string): Partial<FileSystem> {
  return {
    async create(path, mode) {
      const file = await nodeFileSystem.create(path, mode);
      return { ...file, [operation]: () => Promise.reject(failure(code)) };
    },
  };
}

async function leftovers(): Promise<readonly string[]> {
  return readdir(join(stateDir, "tau-edge", "incoming"));
}

describe("a full disk", () => {
  for (const code of ["ENOSPC", "EDQUOT"])
    it(`is store_full for ${code}, leaves nothing, and is over when there is space`, async () => {
      const store = open(failingFile("write", code));
      await expect(store.putIfAbsent(DIGEST, BYTES)).rejects.toMatchObject({ code: "store_full" });
      expect(await leftovers()).toEqual([]);
      expect(await store.stat(DIGEST)).toBeUndefined();
      expect(await open({}).putIfAbsent(DIGEST, BYTES)).toBe(true);
    });
});

describe("a failed fsync", () => {
  it("of a file poisons the writer, even for objects that are there, and publishes nothing", async () => {
    let broken = true;
    const store = open({
      async create(path, mode) {
        const file = await nodeFileSystem.create(path, mode);
        return broken ? { ...file, sync: () => Promise.reject(failure("EIO")) } : file;
      },
    });
    await expect(store.putIfAbsent(DIGEST, BYTES)).rejects.toMatchObject({ code: "store_poisoned" });
    broken = false;
    await expect(store.putIfAbsent(DIGEST, BYTES)).rejects.toMatchObject({ code: "store_poisoned" });
    expect(await store.stat(DIGEST)).toBeUndefined();
    expect(await open({}).putIfAbsent(DIGEST, BYTES)).toBe(true);
    await expect(store.putIfAbsent(DIGEST, BYTES)).rejects.toMatchObject({ code: "store_poisoned" });
  });

  it("of a directory poisons the writer", async () => {
    const store = open({ syncDirectory: () => Promise.reject(failure("EIO")) });
    await expect(store.putIfAbsent(DIGEST, BYTES)).rejects.toMatchObject({ code: "store_poisoned" });
  });

  it("is not acknowledged by a put that began before it", async () => {
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    let syncs = 0;
    const store = open({
      async syncDirectory(path) {
        syncs += 1;
        if (path === join(objectPath(stateDir, DIGEST), "..")) await gate;
        return nodeFileSystem.syncDirectory(path);
      },
      async create(path, mode) {
        const file = await nodeFileSystem.create(path, mode);
        return syncs > 4 ? { ...file, sync: () => Promise.reject(failure("EIO")) } : file;
      },
    });
    const waiting = store.putIfAbsent(DIGEST, BYTES).catch((error: unknown) => error);
    while ((await store.stat(DIGEST)) === undefined) await new Promise((resolve) => setTimeout(resolve, 1));
    const other = new Uint8Array([1]);
    await expect(store.putIfAbsent(digestOf(nativeSha256(other)), other)).rejects.toMatchObject({
      code: "store_poisoned",
    });
    release();
    expect(await waiting).toMatchObject({ code: "store_poisoned" });
  });

  it("that the platform does not have is recorded as reduced durability", async () => {
    const files = new DurableFiles(
      { ...nodeFileSystem, syncDirectory: () => Promise.reject(failure("EINVAL")) },
      stateDir,
    );
    expect(files.durability).toBe("full");
    expect(await new FileObjectStore(stateDir, files, systemClock).putIfAbsent(DIGEST, BYTES)).toBe(true);
    expect(files.durability).toBe("reduced");
  });
});

describe("a file system without hard links", () => {
  const refused: Partial<FileSystem> = { link: () => Promise.reject(failure("EPERM")) };

  it("stores by rename, with one creator", async () => {
    const stores = Array.from({ length: 8 }, () => open(refused));
    const created = await Promise.all(stores.map((store) => store.putIfAbsent(DIGEST, BYTES)));
    expect(created.filter(Boolean)).toHaveLength(1);
    expect(await open({}).read(DIGEST, 100)).toEqual(BYTES);
    expect(await leftovers()).toEqual([]);
    expect(await readdir(join(objectPath(stateDir, DIGEST), ".."))).toHaveLength(1);
  });

  it("is not stopped by the lock of a writer that died", async () => {
    const files = new DurableFiles(nodeFileSystem, stateDir);
    await files.makeDirectories(join(objectPath(stateDir, DIGEST), ".."));
    await writeFile(`${objectPath(stateDir, DIGEST)}.lock`, "");
    expect(await open(refused).putIfAbsent(DIGEST, BYTES)).toBe(true);
    expect(await readdir(join(objectPath(stateDir, DIGEST), ".."))).toHaveLength(1);
  });
});

describe("an object that a collection takes while it is stored", () => {
  const path = () => objectPath(stateDir, DIGEST);

  /** It goes just before the first call of this operation. */
  function takenBefore(operation: "facts" | "touch"): Partial<FileSystem> {
    let there = true;
    const take = async (asked: string): Promise<void> => {
      if (there && asked === path()) await rm(asked);
      if (asked === path()) there = false;
    };
    const touch: FileSystem["touch"] = (asked, now) => take(asked).then(() => nodeFileSystem.touch(asked, now));
    const facts: FileSystem["facts"] = (asked) => take(asked).then(() => nodeFileSystem.facts(asked));
    return operation === "touch" ? { touch } : { facts };
  }

  for (const operation of ["facts", "touch"] as const)
    it(`is there in the end when it goes before the ${operation} of a second put`, async () => {
      await open({}).putIfAbsent(DIGEST, BYTES);
      expect(await open(takenBefore(operation)).putIfAbsent(DIGEST, BYTES)).toBe(true);
      expect(await open({}).read(DIGEST, 100)).toEqual(BYTES);
    });

  it("is there in the end when it goes before it is opened", async () => {
    await open({}).putIfAbsent(DIGEST, BYTES);
    const store = open({
      async touch(touched, now_unix_ms) {
        await nodeFileSystem.touch(touched, now_unix_ms);
        if (touched === path()) await rm(path());
      },
    });
    expect(await store.putIfAbsent(DIGEST, BYTES)).toBe(true);
    expect(await open({}).read(DIGEST, 100)).toEqual(BYTES);
  });

  it("is there in the end when another writer's goes before anybody looks", async () => {
    let tries = 0;
    const store = open({
      async link(from, to) {
        tries += 1;
        if (tries === 1) throw failure("EEXIST");
        return nodeFileSystem.link(from, to);
      },
    });
    expect(await store.putIfAbsent(DIGEST, BYTES)).toBe(true);
    expect(await open({}).read(DIGEST, 100)).toEqual(BYTES);
  });

  it("is not acknowledged when it goes every time", async () => {
    const store = open({ link: () => Promise.reject(failure("EEXIST")) });
    await expect(store.putIfAbsent(DIGEST, BYTES)).rejects.toMatchObject({ code: "store_unavailable" });
    expect(await leftovers()).toEqual([]);
  });
});

describe("what lies on the disk", () => {
  it("has the age of the store's clock from the beginning", async () => {
    await open({}, 1_700_000_000_000).putIfAbsent(DIGEST, BYTES);
    expect((await lstat(objectPath(stateDir, DIGEST))).mtimeMs).toBe(1_700_000_000_000);
  });

  it("is private, read-only, and made young again by a second put", async () => {
    await open({}).putIfAbsent(DIGEST, BYTES);
    expect((await lstat(join(stateDir, "tau-edge"))).mode & 0o777).toBe(0o700);
    const path = objectPath(stateDir, DIGEST);
    expect((await lstat(path)).mode & 0o222).toBe(0);
    await utimes(path, 1, 1);
    await open({}, 1_700_000_000_000).putIfAbsent(DIGEST, BYTES);
    expect((await lstat(path)).mtimeMs).toBe(1_700_000_000_000);
  });

  it("is hashed again when the file changes after it was verified", async () => {
    const store = open({});
    await store.putIfAbsent(DIGEST, BYTES);
    await (await store.open(DIGEST))?.close();
    const path = objectPath(stateDir, DIGEST);
    const before = await lstat(path);
    await rm(path);
    await writeFile(path, "an artefact");
    await utimes(path, before.atime, before.mtime);
    await expect(store.open(DIGEST)).rejects.toMatchObject({ code: "object_corrupt" });
  });

  it("is swept of temporary files that are old, and of nothing else", async () => {
    const files = new DurableFiles(nodeFileSystem, stateDir);
    await files.makeDirectories(files.incoming);
    const old = await files.writeTemporary(BYTES, 0o600);
    const young = await files.writeTemporary(BYTES, 0o600);
    await writeFile(join(files.incoming, "README"), "");
    const now_unix_ms = Date.now();
    for (const path of [old, join(files.incoming, "README")])
      await utimes(path, (now_unix_ms - LEFTOVER_AGE_MS) / 1000 - 1, (now_unix_ms - LEFTOVER_AGE_MS) / 1000 - 1);
    await files.sweep(now_unix_ms);
    expect(new Set(await leftovers())).toEqual(new Set(["README", young.slice(files.incoming.length + 1)]));
  });
});
