import { execFileSync } from "node:child_process";
import { lstat, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DurableFiles } from "./durable-files.ts";
import type { FileSystem } from "./file-system.ts";
import { nodeFileSystem } from "./node-file-system.ts";
import { openState, openStateReader } from "./open-state.ts";
import { FileCommitPointers } from "./pointer-files.ts";

const STREAM = "default/prod/app";
const KEY = `${STREAM}/default~prod~app~3`;
const BYTES = new TextEncoder().encode("a pointer");
const OTHER = new TextEncoder().encode("another");

let stateDir: string;
let path: string;
beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), "tau-edge-test-"));
  path = join(stateDir, "tau-edge", "committed", KEY);
});
afterEach(() => rm(stateDir, { recursive: true, force: true }));

const failure = (code: string) => Object.assign(new Error(code), { code });

function open(changes: Partial<FileSystem> = {}): FileCommitPointers {
  return new FileCommitPointers(new DurableFiles({ ...nodeFileSystem, ...changes }, stateDir));
}

describe("a pointer on the disk", () => {
  it("is a private, read-only file under its key, and nothing is left beside it", async () => {
    await open().publish(KEY, BYTES);
    expect((await lstat(path)).mode & 0o222).toBe(0);
    expect((await lstat(dirname(path))).mode & 0o777).toBe(0o700);
    expect(await readdir(dirname(path))).toHaveLength(1);
    expect(await readdir(join(stateDir, "tau-edge", "incoming"))).toEqual([]);
  });

  it.each<[string, () => Promise<void>]>([
    ["a directory", async () => void (await mkdir(path))],
    ["a FIFO", async () => void execFileSync("mkfifo", [path])],
    [
      "a symbolic link, even to a pointer",
      async () => {
        await writeFile(join(stateDir, "elsewhere"), BYTES);
        await symlink(join(stateDir, "elsewhere"), path);
      },
    ],
    ["a file of a gigabyte", async () => void execFileSync("truncate", ["-s", "1G", path])],
  ])("is not %s, with a remedy", async (_what, put) => {
    await mkdir(dirname(path), { recursive: true });
    await put();
    const refused = { code: "pointer_corrupt", remedy: expect.stringContaining(path) };
    await expect(open().read(KEY)).rejects.toMatchObject(refused);
    await expect(open().publish(KEY, BYTES)).rejects.toMatchObject(refused);
  });

  it("is all that a list shows: no locks, no strangers", async () => {
    await open().publish(KEY, BYTES);
    for (const name of ["default~prod~app~3.lock", "default~dev~app~3", "README", ".x.tmp"])
      await writeFile(join(dirname(path), name), BYTES);
    expect(await open().list(STREAM)).toEqual([KEY]);
  });

  it("is part of the state, for writers and for readers", async () => {
    const reader = openStateReader(stateDir);
    expect(await reader.pointers.list(STREAM)).toEqual([]);
    const state = await openState(stateDir);
    expect(await state.pointers.publish(KEY, BYTES)).toBe("created");
    expect(await reader.pointers.read(KEY)).toEqual(BYTES);
    await state.close();
    await reader.close();
  });
});

describe("a failed fsync", () => {
  it.each<[string, Partial<FileSystem>]>([
    [
      "of the bytes",
      {
        create: async (name, mode) => ({
          ...(await nodeFileSystem.create(name, mode)),
          sync: () => Promise.reject(failure("EIO")),
        }),
      },
    ],
    ["of the directory", { syncDirectory: () => Promise.reject(failure("EIO")) }],
  ])("%s poisons the writer; the next process publishes", async (_what, changes) => {
    const pointers = open(changes);
    for (let round = 0; round < 2; round++)
      await expect(pointers.publish(KEY, BYTES)).rejects.toMatchObject({ code: "store_poisoned" });
    await open().publish(KEY, BYTES);
    expect(await open().read(KEY)).toEqual(BYTES);
  });
});

describe("a file system without hard links", () => {
  const refused: Partial<FileSystem> = { link: () => Promise.reject(failure("EPERM")) };

  it("has one creator, and tells the others", async () => {
    const outcomes = await Promise.all(
      [BYTES, OTHER, BYTES, OTHER].map((bytes) =>
        open(refused)
          .publish(KEY, bytes)
          .catch(({ code }) => code),
      ),
    );
    expect(outcomes.toSorted()).toEqual(["created", "exists", "pointer_conflict", "pointer_conflict"]);
    expect(await readdir(dirname(path))).toHaveLength(1);
  });

  it("never lets a second writer in while the first may still be at work", async () => {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(`${path}.lock`, "");
    await expect(open(refused).publish(KEY, BYTES)).rejects.toMatchObject({
      code: "store_unavailable",
      remedy: expect.stringContaining(`rm ${path}.lock`),
    });
    expect(await open().read(KEY)).toBeUndefined();
  });
});
