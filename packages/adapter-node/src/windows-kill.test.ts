/** Processes that add batches are killed at any instruction; what they acknowledged is counted, once. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { addBatch, EMPTY_COUNTERS } from "@tau-edge/rollout";
import { afterAll, expect, it } from "vitest";
import { openMetricWindows } from "./open-state.ts";
import { ARRIVED_UNIX_MS, BATCHES, requestOf } from "./windows-batches.test-helper.ts";

const KILLS = 8;
const WORKER = fileURLToPath(new URL("windows-adding.test-worker.ts", import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), "tau-edge-kill-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const all = Array.from({ length: BATCHES }, (_, nth) => nth);
const endsOf = (nth: number): number => requestOf(nth).batch.ok_latency_us.length + requestOf(nth).batch.failed;
const endsOfAll = (nths: Iterable<number>): number => [...nths].reduce((sum, nth) => sum + endsOf(nth), 0);

/** @param acknowledgements after which the process is killed */
async function addUntilKilled(acknowledgements: number): Promise<readonly string[]> {
  const from = Math.floor(Math.random() * BATCHES);
  const child: ChildProcess = spawn(process.execPath, [WORKER, scratch, String(from)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exit = once(child, "exit");
  const lines: string[] = [];
  if (child.stdout === null) throw new Error("the process has no output");
  for await (const line of createInterface(child.stdout)) {
    lines.push(line);
    if (lines.length === acknowledgements) child.kill("SIGKILL");
  }
  const [code] = await exit;
  if (code !== null) expect(code).toBe(0);
  return lines;
}

it("batches that killed processes acknowledged are counted exactly once, also when all are sent again", async () => {
  const acknowledged = new Set<number>();
  const added: number[] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    // Two at once, so that one dies while the other waits for its lock.
    const counts = [0, 1].map(() => 1 + Math.floor(Math.random() * BATCHES * 0.3));
    for (const line of (await Promise.all(counts.map(addUntilKilled))).flat()) {
      const [nth, outcome] = line.split(" ");
      acknowledged.add(Number(nth));
      if (outcome === "added") added.push(Number(nth));
      else expect(outcome).toBe("duplicate");
    }
    const windows = openMetricWindows(scratch);
    const { total } = await windows.progress(requestOf(0).id, ARRIVED_UNIX_MS, 60_000);
    await windows.close();
    expect(total).toBeGreaterThanOrEqual(endsOfAll(acknowledged));
    expect(total).toBeLessThanOrEqual(endsOfAll(all));
  }
  expect(new Set(added).size).toBe(added.length);

  const windows = openMetricWindows(scratch);
  const outcomes = await Promise.all(all.map((nth) => windows.add(requestOf(nth))));
  for (const nth of acknowledged) expect(outcomes[nth]).toBe("duplicate");
  const expected = [0, 1, 2].map((lane) => ({
    shard: `lane-${lane}`,
    counters: all
      .filter((nth) => nth % 3 === lane)
      .reduce((sum, nth) => addBatch(sum, requestOf(nth).batch, ARRIVED_UNIX_MS + nth), EMPTY_COUNTERS),
  }));
  expect(await windows.freeze(requestOf(0).id, ARRIVED_UNIX_MS)).toEqual({
    frozen_unix_ms: ARRIVED_UNIX_MS,
    shards: expected,
  });
  await windows.close();
});
