import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { channelNameOf } from "@tau-edge/contract";
import type { OpenCaseBook } from "@tau-edge/ports";
import { channelLineOf, eventOf } from "@tau-edge/ports/suites";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SqliteCaseBook } from "./case-book.ts";
import { caseBookPath } from "./case-book-tables.ts";
import { DurableFiles } from "./durable-files.ts";
import { nativeSha256 } from "./native-hash.ts";
import { nodeFileSystem } from "./node-file-system.ts";
import { openState, openStateReader } from "./open-state.ts";
import { windowsPath } from "./window-tables.ts";
import { requestOf } from "./windows-batches.test-helper.ts";

const POSITION = { seq: 3, record_hash: "ab".repeat(32) };
const WORKER = fileURLToPath(new URL("case-book.test-worker.ts", import.meta.url));

let stateDir: string;
beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), "tau-edge-book-"));
});
afterEach(() => rm(stateDir, { recursive: true, force: true }));

async function withBook<T>(work: (book: OpenCaseBook) => T): Promise<T> {
  const book = new SqliteCaseBook(new DurableFiles(nodeFileSystem, stateDir));
  try {
    return await book.exclusively(async (open) => work(open));
  } finally {
    book.close();
  }
}

function change(path: string, sql: string): void {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}

/** @param lines after which the process is killed */
async function writeUntil(turns: number, lines = Number.POSITIVE_INFINITY): Promise<readonly number[]> {
  const child = spawn(process.execPath, [WORKER, stateDir, String(turns)], { stdio: ["ignore", "pipe", "inherit"] });
  const exit = once(child, "exit");
  const said: number[] = [];
  for await (const line of createInterface(child.stdout)) {
    said.push(Number(line));
    if (said.length === lines) setTimeout(() => child.kill("SIGKILL"), Math.random() * 15);
  }
  const [code] = await exit;
  if (lines === Number.POSITIVE_INFINITY) expect(code).toBe(0);
  return said;
}

describe("a case book in a file", () => {
  it("is created by the first work, not by opening the state", async () => {
    const state = await openState(stateDir);
    expect(existsSync(caseBookPath(stateDir))).toBe(false);
    await state.book.exclusively(async (open) => open.setPosition(POSITION));
    await state.close();
    expect(await withBook((open) => open.position())).toEqual(POSITION);
  });

  it("keeps texts as readable bytes", async () => {
    await withBook((open) => open.addKey("wasm:ä"));
    const database = new DatabaseSync(caseBookPath(stateDir), { readOnly: true });
    expect(database.prepare("SELECT CAST(key AS TEXT) AS key FROM processed").get()).toEqual({ key: "wasm:ä" });
    database.close();
  });

  it("refuses a health that is none, with what to do about it", async () => {
    await withBook((open) => open.setHealth(open.health()));
    change(caseBookPath(stateDir), "UPDATE health SET value = -1 WHERE field = 'queue_depth'");
    await expect(withBook((open) => open.health())).rejects.toMatchObject({
      code: "book_corrupt",
      at: expect.stringContaining("queue_depth"),
      remedy: expect.stringContaining("ledger"),
    });
  });

  it("counts every turn of twelve processes once, and leaves whole turns when they are killed", async () => {
    await Promise.all(Array.from({ length: 4 }, (_, nth) => writeUntil(50, 1 + nth)));
    const before = await withBook((open) => open.position()?.seq ?? -1);
    expect(await withBook((open) => open.keyCount())).toBe((before + 1) * 5);
    const said = (await Promise.all(Array.from({ length: 12 }, () => writeUntil(3)))).flat();
    const expected = Array.from({ length: 36 }, (_, nth) => before + 1 + nth);
    expect(said.toSorted((a, b) => a - b)).toEqual(expected);
    expect(await withBook((open) => [...open.applied()].length)).toBe((before + 37) * 5);

    const seqs = Array.from({ length: before + 37 }, (_, seq) => seq);
    const reader = openStateReader(stateDir);
    const lines: string[] = [];
    for await (const line of reader.events.lines()) lines.push(line);
    expect(lines).toEqual(seqs.map(eventOf));
    const { channel_dir } = await reader.channels.inspect(channelNameOf("edge", nativeSha256));
    const log = seqs.flatMap((seq) => [0, 1, 2, 3, 4].map((nth) => `${channelLineOf(nth, seq).log}\n`)).join("");
    expect(await readFile(join(channel_dir, "log.jsonl"), "utf8")).toBe(log);
    expect(await readFile(join(channel_dir, "MEMORY.md"), "utf8")).toBe(`# page ${before + 36}\n`);
    await reader.close();
  });
});

describe("a case book that is refused, and kept byte for byte:", () => {
  const cases: readonly (readonly [string, string, (path: string) => Promise<void>])[] = [
    ["text", "book_corrupt", (path) => writeFile(path, "not a database, but longer than nothing at all")],
    ["a database of another program", "book_corrupt", async (path) => change(path, "CREATE TABLE theirs (x)")],
    [
      "a file of windows",
      "book_corrupt",
      async (path) => {
        const state = await openState(stateDir);
        await state.windows.add(requestOf(0));
        await state.close();
        await copyFile(windowsPath(stateDir), path);
      },
    ],
    [
      "a newer schema",
      "book_newer",
      async (path) => {
        await withBook((open) => open.setPosition(POSITION));
        change(path, "PRAGMA user_version = 2");
      },
    ],
  ];

  for (const [what, code, spoil] of cases)
    it(`${what} is ${code}`, async () => {
      await mkdir(join(stateDir, "tau-edge"), { recursive: true });
      const path = caseBookPath(stateDir);
      await spoil(path);
      const before = await readFile(path);
      await expect(withBook((open) => open.position())).rejects.toMatchObject({ code });
      expect(await readFile(path)).toEqual(before);
    });
});
