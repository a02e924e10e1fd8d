import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { directoryProblems, directoryProblemsAfterRetry } from "./directory-check.ts";
import { type Acknowledged, DIRECTORY_WRITER } from "./directory-writer.ts";
import { type Injection, runInjected, STRACE_MISSING } from "./strace.ts";

/** Calls of one run that change the disk, at least so many; SQLite makes all of them in the main thread. */
const KILLS: readonly (readonly [string, number, number])[] = [
  ["mkdir", 2, 1],
  ["fsync", 15, 1],
  ["pwrite64", 165, 12],
];

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "tau-edge-directory-kill-"));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function write(stateDir: string, injection: Omit<Injection, "threads">) {
  const run = await runInjected([DIRECTORY_WRITER, stateDir], { ...injection, threads: "main" });
  return { ...run, acknowledged: run.lines.map((line): Acknowledged => JSON.parse(line)) };
}

describe.skipIf(STRACE_MISSING !== undefined)(`killed at one call (${STRACE_MISSING ?? "strace runs"})`, () => {
  for (const [call, last, step] of KILLS)
    it(`${call}: link, agent and access change together, what was acknowledged holds, and others go on`, async () => {
      for (let nth = 1; nth <= last; nth += step) {
        const stateDir = join(directory, `${call}-${nth}`);
        const run = await write(stateDir, { call, nth, what: "signal=SIGKILL" });
        expect(run.killed, `${call} ${nth} is reached: ${run.stderr}`).toBe(true);
        expect(await directoryProblems(stateDir, run.acknowledged), `${call} ${nth}`).toEqual([]);
        expect(await directoryProblemsAfterRetry(stateDir, run.acknowledged), `${call} ${nth}, retried`).toEqual([]);
      }
    });
});

describe.skipIf(STRACE_MISSING !== undefined)("one fsync fails with EIO", () => {
  it("nothing more is acknowledged by that process, and the next one recovers", async () => {
    // When the file is created, and in the commits of an exchange, a rotation and another exchange.
    for (const nth of [4, 9, 11, 13]) {
      const stateDir = join(directory, `eio-${nth}`);
      const run = await write(stateDir, { call: "fsync", nth, what: "error=EIO" });
      const failed = run.acknowledged.findIndex((what) => "error" in what);
      expect(failed, `fsync ${nth} is noticed: ${run.stderr}`).toBeGreaterThanOrEqual(0);
      for (const what of run.acknowledged.slice(failed)) expect(what).toMatchObject({ error: "store_poisoned" });
      const told = run.acknowledged.slice(0, failed);
      expect(await directoryProblems(stateDir, told), `fsync ${nth}`).toEqual([]);
      expect(await directoryProblemsAfterRetry(stateDir, told), `fsync ${nth}, retried`).toEqual([]);
    }
  });
});
