import { execFileSync } from "node:child_process";
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventOf } from "@tau-edge/ports/suites";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DurableFiles } from "./durable-files.ts";
import { dyingAt } from "./dying-process.test-helper.ts";
import { FileEventLog, FileEventLogReader } from "./event-log.ts";
import type { FileSystem } from "./file-system.ts";
import { LOG_TAIL_BYTES } from "./limits.ts";
import { type LogRotation, logRotationOf } from "./log-rotation.ts";
import { nodeFileSystem } from "./node-file-system.ts";

const LINE_BYTES = Buffer.byteLength(`${eventOf(10)}\n`);
/** Two lines a file. */
const ROTATION: LogRotation = { max_bytes: 2 * LINE_BYTES + 10, max_files: 3 };

let stateDir: string;
let path: string;
beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), "tau-edge-test-"));
  path = join(stateDir, "runtime-events.jsonl");
});
afterEach(() => rm(stateDir, { recursive: true, force: true }));

const failure = (code: string) => Object.assign(new Error(code), { code });

function open(rotation: LogRotation = logRotationOf({}), fs: FileSystem = nodeFileSystem): FileEventLog {
  return new FileEventLog(new DurableFiles(fs, stateDir), rotation);
}

async function appendAll(log: FileEventLog, first: number, last: number): Promise<void> {
  for (let seq = first; seq <= last; seq++) await log.append(seq, eventOf(seq));
}

async function seqsIn(file: string): Promise<readonly number[]> {
  const lines = (await readFile(file, "utf8")).split("\n").slice(0, -1);
  return lines.map((line) => JSON.parse(line).seq);
}

async function allLines(): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const line of new FileEventLogReader(stateDir, nodeFileSystem).lines()) lines.push(line);
  return lines;
}

const range = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, nth) => first + nth);

describe("rotation", () => {
  it.each<[string, Record<string, string | undefined>, LogRotation]>([
    ["nothing set", {}, { max_bytes: 10_485_760, max_files: 5 }],
    [
      "both",
      { TAU_LOG_ROTATION_MAX_BYTES: "4096", TAU_LOG_ROTATION_MAX_FILES: "2" },
      { max_bytes: 4096, max_files: 2 },
    ],
    ["spaces around", { TAU_LOG_ROTATION_MAX_BYTES: " 4096 " }, { max_bytes: 4096, max_files: 5 }],
    [
      "zeros",
      { TAU_LOG_ROTATION_MAX_BYTES: "0", TAU_LOG_ROTATION_MAX_FILES: "0" },
      { max_bytes: 10_485_760, max_files: 5 },
    ],
    [
      "no numbers",
      { TAU_LOG_ROTATION_MAX_BYTES: "10MB", TAU_LOG_ROTATION_MAX_FILES: "-1" },
      { max_bytes: 10_485_760, max_files: 5 },
    ],
  ])("is set by S1's variables: %s", (_what, environment, expected) => {
    expect(logRotationOf(environment)).toEqual(expected);
  });

  it("keeps as many files as it is told, the live one included, and the newest lines (W-16)", async () => {
    await appendAll(open(ROTATION), 10, 18);
    expect((await readdir(stateDir)).sort()).toEqual(["", ".1", ".2"].map((end) => `runtime-events.jsonl${end}`));
    expect(await seqsIn(path)).toEqual([18]);
    expect(await seqsIn(`${path}.1`)).toEqual([16, 17]);
    expect(await seqsIn(`${path}.2`)).toEqual([14, 15]);
    expect(await allLines()).toEqual(range(14, 18).map(eventOf));
  });

  it("deletes the live file when it may keep only one", async () => {
    await appendAll(open({ ...ROTATION, max_files: 1 }), 10, 14);
    expect(await readdir(stateDir)).toEqual(["runtime-events.jsonl"]);
    expect(await seqsIn(path)).toEqual([14]);
  });

  it("knows a line that was rotated away, and the last one of an empty log", async () => {
    await appendAll(open(ROTATION), 10, 12);
    await writeFile(path, "");
    expect(await open(ROTATION).last()).toBe(eventOf(11));
    await appendAll(open(ROTATION), 10, 11);
    expect(await seqsIn(path)).toEqual([]);
    await rm(path);
    await appendAll(open(ROTATION), 10, 12);
    expect(await seqsIn(path)).toEqual([12]);
  });

  it("goes on with one that was broken off, and drops nothing for it", async () => {
    await appendAll(open({ ...ROTATION, max_files: 4 }), 10, 16);
    await rm(`${path}.1`);
    await appendAll(open({ ...ROTATION, max_files: 4 }), 17, 18);
    expect(await seqsIn(`${path}.1`)).toEqual([16, 17]);
    expect(await seqsIn(`${path}.2`)).toEqual([12, 13]);
    expect(await seqsIn(`${path}.3`)).toEqual([10, 11]);
  });

  it("never moves an empty log for a line that is longer than the limit", async () => {
    await appendAll(open({ max_bytes: 10, max_files: 3 }), 10, 11);
    expect(await seqsIn(path)).toEqual([11]);
    expect(await seqsIn(`${path}.1`)).toEqual([10]);
  });

  it("leaves files alone that only look like its own", async () => {
    const others = ["runtime-events.jsonl.bak", "runtime-events.jsonl.0", "runtime-events.jsonl.01"];
    for (const name of others) await writeFile(join(stateDir, name), "theirs\n");
    await appendAll(open(ROTATION), 10, 16);
    for (const name of others) expect(await readFile(join(stateDir, name), "utf8")).toBe("theirs\n");
    expect(await allLines()).toEqual(range(12, 16).map(eventOf));
  });
});

describe("a process that dies at any operation of an append", () => {
  it("leaves a log that the same append completes, with every line once", async () => {
    let deaths = 0;
    for (let operation = 1; ; operation++) {
      await rm(stateDir, { recursive: true, force: true });
      const dying = dyingAt(nodeFileSystem, operation);
      const log = open({ ...ROTATION, max_files: 9 }, dying.fs);
      let seq = 10;
      try {
        for (; seq <= 15; seq++) await log.append(seq, eventOf(seq));
        break;
      } catch (error) {
        if (!dying.isDead()) throw error;
        deaths += 1;
      }
      const acknowledged = range(10, seq - 1).map(eventOf);
      const standing = await allLines();
      expect(standing.slice(0, acknowledged.length)).toEqual(acknowledged);
      await appendAll(open({ ...ROTATION, max_files: 9 }), seq, 15);
      expect(await allLines()).toEqual(range(10, 15).map(eventOf));
    }
    // Six writes, their syncs, and two rotations: fewer would mean that nobody died.
    expect(deaths).toBeGreaterThan(25);
  });
});

describe("what the disk answers", () => {
  it("full: nothing is acknowledged, and what was written half is completed when there is space", async () => {
    let isFull = true;
    const log = open(logRotationOf({}), {
      ...nodeFileSystem,
      async append(name, mode) {
        const file = await nodeFileSystem.append(name, mode);
        if (!isFull) return file;
        return {
          ...file,
          async write(bytes) {
            await file.write(bytes.subarray(0, 20));
            throw failure("ENOSPC");
          },
        };
      },
    });
    for (let round = 0; round < 2; round++)
      await expect(log.append(3, eventOf(3))).rejects.toMatchObject({ code: "store_full" });
    isFull = false;
    await appendAll(log, 3, 4);
    expect(await allLines()).toEqual([eventOf(3), eventOf(4)]);
  });

  it.each<[string, Partial<FileSystem>]>([
    [
      "of the line",
      {
        append: async (name, mode) => ({
          ...(await nodeFileSystem.append(name, mode)),
          sync: () => Promise.reject(failure("EIO")),
        }),
      },
    ],
    ["of the directory", { syncDirectory: () => Promise.reject(failure("EIO")) }],
  ])("a failed fsync %s poisons the writer; the next process says the line once", async (_what, changes) => {
    const log = open(logRotationOf({}), { ...nodeFileSystem, ...changes });
    for (let round = 0; round < 2; round++)
      await expect(log.append(3, eventOf(3))).rejects.toMatchObject({ code: "store_poisoned" });
    await appendAll(open(), 3, 3);
    expect(await allLines()).toEqual([eventOf(3)]);
  });

  it.each<[string, () => Promise<unknown>]>([
    ["a directory", () => mkdir(path)],
    ["a FIFO", async () => execFileSync("mkfifo", [path])],
    [
      "a symbolic link, even to a log",
      async () => {
        await writeFile(join(stateDir, "elsewhere"), `${eventOf(1)}\n`);
        await symlink(join(stateDir, "elsewhere"), path);
      },
    ],
  ])("%s: that is no log, and what to do", async (_what, put) => {
    await put();
    const refused = { code: "state_corrupt", remedy: expect.stringContaining(path) };
    await expect(open().append(3, eventOf(3))).rejects.toMatchObject(refused);
    await expect(open().last()).rejects.toMatchObject(refused);
    await expect(allLines()).rejects.toMatchObject(refused);
  });
});

it("is read from its end, however long it is (W-16)", async () => {
  await appendFile(path, `${`{"theirs":"${"x".repeat(1_000)}"}\n`.repeat(5_000)}${eventOf(2)}\n`);
  let read_bytes = 0;
  const counting: FileSystem = {
    ...nodeFileSystem,
    async open(name) {
      const file = await nodeFileSystem.open(name);
      return (
        file && {
          ...file,
          read: (start: number, end: number) => {
            read_bytes += end - start;
            return file.read(start, end);
          },
        }
      );
    },
  };
  const log = open({ max_bytes: 1e9, max_files: 5 }, counting);
  await appendAll(log, 3, 12);
  expect(await log.last()).toBe(eventOf(12));
  expect(read_bytes).toBeLessThanOrEqual(11 * LOG_TAIL_BYTES);
});
