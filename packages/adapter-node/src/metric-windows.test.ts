import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ledgerPath } from "./ledger-tables.ts";
import { WAITING_BATCHES_MAX } from "./limits.ts";
import { openMetricWindows, openState, openStateReader } from "./open-state.ts";
import { windowsPath } from "./window-tables.ts";
import { ARRIVED_UNIX_MS, requestOf } from "./windows-batches.test-helper.ts";

const ABANDON_AFTER_MS = 60_000;
const { id } = requestOf(0);

let stateDir: string;
beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), "tau-edge-windows-"));
});
afterEach(() => rm(stateDir, { recursive: true, force: true }));

const endsOf = (nth: number): number => requestOf(nth).batch.ok_latency_us.length + requestOf(nth).batch.failed;

describe("windows in a file", () => {
  it("are created by the first batch, and seen by a reader that was there before", async () => {
    const reader = openStateReader(stateDir);
    const progress = () => reader.windows.progress(id, ARRIVED_UNIX_MS, ABANDON_AFTER_MS);
    expect(await progress()).toEqual({ total: 0, failed: 0 });
    const state = await openState(stateDir);
    expect(existsSync(windowsPath(stateDir))).toBe(false);
    await state.windows.add(requestOf(4));
    expect(await progress()).toMatchObject({ total: endsOf(4) });
    expect(existsSync(ledgerPath(stateDir))).toBe(false);
    await reader.close();
    await state.close();
  });

  it("have counted what was handed over when they are closed", async () => {
    const windows = openMetricWindows(stateDir);
    const outcomes = [1, 2, 3].map((nth) => windows.add(requestOf(nth)));
    await windows.close();
    expect(await Promise.all(outcomes)).toEqual(["added", "added", "added"]);
  });

  it("refuse batches when too many wait, and count all others", async () => {
    const windows = openMetricWindows(stateDir);
    const waiting = Array.from({ length: WAITING_BATCHES_MAX }, () => windows.add(requestOf(1)));
    await expect(windows.add(requestOf(2))).rejects.toMatchObject({ code: "reports_full" });
    const outcomes = await Promise.all(waiting);
    expect(outcomes.filter((outcome) => outcome === "added")).toHaveLength(1);
    expect(await windows.add(requestOf(2))).toBe("added");
    await windows.close();
  });

  it("show their progress without looking into a histogram, and freeze nothing that they cannot read", async () => {
    const windows = openMetricWindows(stateDir);
    await windows.add(requestOf(4));
    change(windowsPath(stateDir), "UPDATE shard SET latency = x'ff'");
    const progress = await windows.progress(id, ARRIVED_UNIX_MS, ABANDON_AFTER_MS);
    expect(progress).toMatchObject({ total: endsOf(4) });
    await expect(windows.freeze(id, ARRIVED_UNIX_MS)).rejects.toMatchObject({ code: "windows_corrupt" });
    expect(await windows.add(requestOf(4))).toBe("duplicate");
    await windows.close();
  });

  it.skipIf(process.platform === "win32")("acknowledge nothing after a write failed", async () => {
    const worker = fileURLToPath(new URL("windows-adding.test-worker.ts", import.meta.url));
    // No file may grow beyond this many KiB (Windows has no such limit): a write is answered with an error.
    const limited = ["-c", 'ulimit -f 256; exec "$@"', "bash", process.execPath, worker, stateDir];
    const { stdout, status } = spawnSync("bash", limited, { encoding: "utf8" });
    expect(status).toBe(0);
    const lines = stdout
      .trim()
      .split("\n")
      .map((line) => line.split(" "));
    const failed = lines.findIndex(([, outcome]) => outcome !== "added");
    expect(failed).toBeGreaterThan(0);
    expect(new Set(lines.slice(failed).map(([, outcome]) => outcome))).toEqual(new Set(["store_poisoned"]));
    const windows = openMetricWindows(stateDir);
    for (const [nth] of lines.slice(0, failed)) expect(await windows.add(requestOf(Number(nth)))).toBe("duplicate");
    expect(await windows.add(requestOf(Number(lines.at(-1)?.[0])))).toBe("added");
    await windows.close();
  });
});

describe("a file of windows that is refused, and kept byte for byte:", () => {
  const cases: readonly (readonly [string, string, (path: string) => Promise<void>])[] = [
    ["text", "windows_corrupt", (path) => writeFile(path, "not a database, but longer than nothing at all")],
    ["a database of another program", "windows_corrupt", async (path) => change(path, "CREATE TABLE theirs (x)")],
    [
      "a ledger",
      "windows_corrupt",
      async (path) => {
        const state = await openState(stateDir);
        const actor = { kind: "local", id: "tester" } as const;
        const drafts = [{ type: "sample_stored", actor, body: {} }];
        const now_unix_ms = state.clock.nowUnixMs();
        await state.ledger.append({ stream: "default/dev/a", expected_seq: -1, drafts, objects: [], now_unix_ms });
        await state.close();
        await copyFile(ledgerPath(stateDir), path);
      },
    ],
    [
      "a newer schema",
      "windows_newer",
      async (path) => {
        const windows = openMetricWindows(stateDir);
        await windows.add(requestOf(0));
        await windows.close();
        change(path, "PRAGMA user_version = 2");
      },
    ],
  ];

  for (const [what, code, spoil] of cases)
    it(`${what} is ${code}`, async () => {
      await mkdir(join(stateDir, "tau-edge"), { recursive: true });
      const path = windowsPath(stateDir);
      await spoil(path);
      const before = await readFile(path);
      const state = await openState(stateDir);
      await expect(state.windows.add(requestOf(0))).rejects.toMatchObject({ code });
      await expect(state.windows.freeze(id, ARRIVED_UNIX_MS)).rejects.toMatchObject({ code });
      const reader = openStateReader(stateDir);
      await expect(reader.windows.progress(id, ARRIVED_UNIX_MS, 1)).rejects.toMatchObject({ code });
      // Packaging needs no windows, and goes on.
      expect(await state.ledger.streams()).toBeInstanceOf(Array);
      await state.close();
      expect(await readFile(path)).toEqual(before);
    });
});

function change(path: string, sql: string): void {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}
