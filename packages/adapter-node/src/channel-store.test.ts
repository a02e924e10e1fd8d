import { execFileSync } from "node:child_process";
import { lstat, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { channelNameOf } from "@tau-edge/contract";
import { sha256 } from "@tau-edge/encoding";
import { channelLineOf } from "@tau-edge/ports/suites";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FileChannelStore } from "./channel-store.ts";
import { DurableFiles } from "./durable-files.ts";
import { dyingAt } from "./dying-process.test-helper.ts";
import type { FileSystem } from "./file-system.ts";
import { CHANNEL_FILES_OPEN_MAX, LOG_TAIL_BYTES } from "./limits.ts";
import { nodeFileSystem } from "./node-file-system.ts";

const EDGE = channelNameOf("edge", sha256);
const LINES = [0, 1, 2, 3].map((nth) => channelLineOf(nth));
const LOG = LINES.map(({ log }) => `${log}\n`).join("");
const CONTEXT = LINES.flatMap(({ context }) => (context === undefined ? [] : `${context}\n`)).join("");

let stateDir: string;
let directory: string;
beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), "tau-edge-test-"));
  directory = join(stateDir, "channel-store", "deployment", "edge");
});
afterEach(() => rm(stateDir, { recursive: true, force: true }));

const failure = (code: string) => Object.assign(new Error(code), { code });
const open = (fs: FileSystem = nodeFileSystem) => new FileChannelStore(new DurableFiles(fs, stateDir));

/** Two records, as a runner tells them. */
async function tell(store: FileChannelStore): Promise<void> {
  for (const [seq, page] of [
    [7, "# one\n"],
    [8, "# two\n"],
  ] as const) {
    for (const nth of [0, 1, 2, 3]) await store.append(EDGE, [channelLineOf(nth, seq)]);
    await store.writeMemory(EDGE, [page, "- a\n"]);
    await store.sync();
  }
}

const textOf = (name: string) => readFile(join(directory, name), "utf8");

describe("a process that dies at any operation", () => {
  it("leaves a channel that the same lines complete, each once, and a page that is whole", async () => {
    const told = [7, 8].flatMap((seq) => [0, 1, 2, 3].map((nth) => channelLineOf(nth, seq)));
    const [log, context] = [told.map(({ log: text }) => text), told.flatMap(({ context: text }) => text ?? [])];
    let deaths = 0;
    for (let operation = 1; ; operation++) {
      await rm(stateDir, { recursive: true, force: true });
      const dying = dyingAt(nodeFileSystem, operation);
      const died = await tell(open(dying.fs)).then(
        () => false,
        (error: unknown) => {
          if (!dying.isDead()) throw error;
          return true;
        },
      );
      if (!died) break;
      deaths += 1;
      const page = await textOf("MEMORY.md").catch(() => undefined);
      expect([undefined, "# one\n- a\n", "# two\n- a\n"]).toContain(page);
      const next = open();
      await tell(next);
      await next.close();
      expect(await textOf("log.jsonl")).toBe(log.map((line) => `${line}\n`).join(""));
      expect(await textOf("context.jsonl")).toBe(context.map((line) => `${line}\n`).join(""));
      expect(await textOf("MEMORY.md")).toBe("# two\n- a\n");
      expect((await readdir(directory)).sort()).toEqual(
        ["MEMORY.md", "artifacts", "attachments", "context.jsonl", "log.jsonl", "schema.json"].sort(),
      );
    }
    expect(deaths).toBeGreaterThan(50);
  });

  it("repairs a log again, and loses nothing of it", async () => {
    let deaths = 0;
    for (let operation = 1; ; operation++) {
      await rm(stateDir, { recursive: true, force: true });
      await mkdir(directory, { recursive: true });
      await writeFile(join(directory, "log.jsonl"), `junk\n${LOG}half`);
      const dying = dyingAt(nodeFileSystem, operation);
      const died = await open(dying.fs)
        .repair(EDGE, 5)
        .then(
          () => false,
          () => dying.isDead(),
        );
      if (!died) break;
      deaths += 1;
      await open().repair(EDGE, 6);
      expect(await textOf("log.jsonl")).toBe(LOG);
      const corrupt = (await readdir(directory)).filter((name) => name.endsWith(".corrupt"));
      expect(corrupt.length).toBeGreaterThan(0);
      for (const name of corrupt) expect(await textOf(name)).toBe("junk\nhalf\n");
    }
    expect(deaths).toBeGreaterThan(8);
  });
});

describe("what the disk answers", () => {
  it("full: the line that was written half is completed when there is space", async () => {
    let isFull = false;
    const store = open({
      ...nodeFileSystem,
      async append(path, mode) {
        const file = await nodeFileSystem.append(path, mode);
        const write = async (bytes: Uint8Array): Promise<void> => {
          await file.write(isFull ? bytes.subarray(0, 9) : bytes);
          if (isFull) throw failure("ENOSPC");
        };
        return { ...file, write };
      },
    });
    await store.append(EDGE, LINES.slice(0, 1));
    isFull = true;
    for (let round = 0; round < 2; round++)
      await expect(store.append(EDGE, LINES)).rejects.toMatchObject({ code: "store_full" });
    isFull = false;
    await store.append(EDGE, LINES);
    await store.sync();
    expect([await textOf("log.jsonl"), await textOf("context.jsonl")]).toEqual([LOG, CONTEXT]);
    await store.close();
  });

  it.each(["log.jsonl", ".tmp", ""])(
    "a failed fsync of %j poisons the writer; the next process goes on",
    async (name) => {
      const store = open({
        ...nodeFileSystem,
        async append(path, mode) {
          const file = await nodeFileSystem.append(path, mode);
          return name !== "" && path.endsWith(name) ? { ...file, sync: () => Promise.reject(failure("EIO")) } : file;
        },
        syncDirectory: (path) => (name === "" ? Promise.reject(failure("EIO")) : nodeFileSystem.syncDirectory(path)),
      });
      const poisoned = { code: "store_poisoned" };
      await store.append(EDGE, LINES);
      await store.writeMemory(EDGE, ["# page\n"]);
      await expect(store.sync()).rejects.toMatchObject(poisoned);
      await expect(store.sync()).rejects.toMatchObject(poisoned);
      await expect(store.append(EDGE, LINES)).rejects.toMatchObject(poisoned);
      await store.close();
      const next = open();
      await next.append(EDGE, LINES);
      await next.sync();
      expect(await textOf("log.jsonl")).toBe(LOG);
      await next.close();
    },
  );

  it.each<[string, string, () => Promise<unknown>]>([
    ["state_corrupt", "a directory for a log", () => mkdir(join(directory, "log.jsonl"), { recursive: true })],
    ["state_corrupt", "a FIFO for a log", async () => execFileSync("mkfifo", [join(directory, "log.jsonl")])],
    ["state_corrupt", "a link for a log", () => symlink("/dev/null", join(directory, "log.jsonl"))],
    ["state_corrupt", "a link for a schema", () => symlink("/dev/null", join(directory, "schema.json"))],
    [
      "path_escapes",
      "a link for the channel",
      async () => {
        await rm(directory, { recursive: true });
        await symlink(tmpdir(), directory);
      },
    ],
  ])("%s: %s", async (code, _what, put) => {
    await mkdir(directory, { recursive: true });
    await put();
    const store = open();
    await expect(store.append(EDGE, LINES)).rejects.toMatchObject({ code, remedy: expect.anything() });
    await store.close();
  });
});

describe("of files there are", () => {
  it("few open at once, and each is synced once, when it is asked for (W-13, W-16)", async () => {
    const synced: string[] = [];
    let isOpen = 0;
    let most = 0;
    const store = open({
      ...nodeFileSystem,
      async append(path, mode) {
        const file = await nodeFileSystem.append(path, mode);
        isOpen += 1;
        most = Math.max(most, isOpen);
        return {
          ...file,
          async sync() {
            await file.sync();
            synced.push(path);
          },
          async close() {
            await file.close();
            isOpen -= 1;
          },
        };
      },
    });
    const channels = Array.from({ length: 100 }, (_, nth) => channelNameOf(`edge-${nth}`, sha256));
    for (const line of LINES) for (const channel of channels) await store.append(channel, [line]);
    expect(synced).toEqual([]);
    await store.sync();
    const logs = synced.filter((path) => path.endsWith(".jsonl"));
    expect([logs.length, new Set(logs).size]).toEqual([200, 200]);
    expect(most).toBeLessThanOrEqual(CHANNEL_FILES_OPEN_MAX + 20);
    await store.close();
    expect(isOpen).toBe(0);
  });

  it("not too many that wait for their sync", async () => {
    let synced = 0;
    const fs: FileSystem = {
      ...nodeFileSystem,
      async append(path, mode) {
        const file = await nodeFileSystem.append(path, mode);
        const sync = async (): Promise<void> => {
          synced += 1;
          await file.sync();
        };
        return { ...file, sync };
      },
    };
    const store = new FileChannelStore(new DurableFiles(fs, stateDir), 12);
    // A page and two logs each.
    const channels = [1, 2, 3, 4, 5].map((nth) => channelNameOf(`edge-${nth}`, sha256));
    for (const channel of channels.slice(0, 3)) await store.append(channel, LINES);
    expect(synced).toBe(0);
    for (const channel of channels) await store.append(channel, LINES);
    expect(synced).toBe(12);
    await store.sync();
    expect(synced).toBe(15);
    await store.close();
    for (const channel of channels)
      expect(await readFile(join(directory, "..", channel, "log.jsonl"), "utf8")).toBe(LOG);
  });

  it("none read but at its end, and that once in the life of a process (W-16)", async () => {
    const first = open();
    await first.append(
      EDGE,
      Array.from({ length: 5_000 }, (_, nth) => channelLineOf(nth)),
    );
    await first.close();
    let read_bytes = 0;
    const store = open({
      ...nodeFileSystem,
      async append(path, mode) {
        const file = await nodeFileSystem.append(path, mode);
        const read = (start: number, end: number): Promise<Uint8Array> => {
          read_bytes += end - start;
          return file.read(start, end);
        };
        return { ...file, read };
      },
    });
    for (let nth = 0; nth < 100; nth++) await store.append(EDGE, [channelLineOf(nth, 8)]);
    await store.sync();
    for (let nth = 0; nth < 100; nth++) await store.append(EDGE, [channelLineOf(nth, 9)]);
    await store.sync();
    await store.close();
    expect(read_bytes).toBeGreaterThan(0);
    expect(read_bytes).toBeLessThanOrEqual(2 * LOG_TAIL_BYTES);
    expect((await textOf("log.jsonl")).split("\n")).toHaveLength(5_201);
  });

  it("none left behind by one that was never synced, and none that looks like a page (W-13)", async () => {
    const store = open();
    await store.writeMemory(EDGE, ["# never\n"]);
    expect((await readdir(directory)).includes("MEMORY.md")).toBe(false);
    await store.close();
    expect(await readdir(join(stateDir, "tau-edge", "incoming"))).toEqual([]);
  });

  it("ones that everybody may read whom the umask lets in", async () => {
    const store = open();
    await store.append(EDGE, LINES);
    await store.writeMemory(EDGE, ["# page\n"]);
    await store.sync();
    await store.close();
    const umask = process.umask();
    for (const name of ["log.jsonl", "MEMORY.md", "schema.json"])
      expect((await lstat(join(directory, name))).mode & 0o777).toBe(0o666 & ~umask);
    expect((await lstat(dirname(directory))).mode & 0o777).toBe(0o777 & ~umask);
  });
});
