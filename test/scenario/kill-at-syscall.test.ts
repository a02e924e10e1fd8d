import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { problemsAfterRetry, problemsOf } from "./state-check.ts";
import { runWriter, STRACE_MISSING, type Threads } from "./strace.ts";

interface Kills {
  readonly call: string;
  readonly threads: Threads;
  /** Which calls of the kind are hit; every one of a packaging unless there are too many alike. */
  readonly nths: readonly number[];
}

const upTo = (last: number, step = 1): number[] =>
  Array.from({ length: Math.ceil(last / step) }, (_, n) => 1 + n * step);

/** Calls that change the disk. One packaging makes at least this many of each. */
const KILLS: readonly Kills[] = [
  { call: "mkdir", threads: "main", nths: upTo(7) },
  { call: "pwrite64", threads: "pool", nths: upTo(3) },
  { call: "fsync", threads: "pool", nths: upTo(12) },
  { call: "link", threads: "main", nths: upTo(4) },
  { call: "rename", threads: "main", nths: [1] },
  { call: "unlink", threads: "main", nths: upTo(2) },
  { call: "pwrite64", threads: "main", nths: upTo(12, 2) },
  { call: "fsync", threads: "main", nths: upTo(4) },
];

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "tau-edge-kill-"));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

describe.skipIf(STRACE_MISSING !== undefined)(`killed at one call (${STRACE_MISSING ?? "strace runs"})`, () => {
  for (const { call, threads, nths } of KILLS)
    it(`${call} of the ${threads} thread: the state opens, nothing acknowledged is missing, nothing is torn`, async () => {
      for (const nth of nths) {
        const stateDir = join(directory, `${call}-${threads}-${nth}`);
        const run = await runWriter(stateDir, [1], { call, nth, threads, what: "signal=SIGKILL" });
        expect(run.killed, `${call} ${nth} is reached: ${run.stderr}`).toBe(true);
        expect(await problemsOf(stateDir, run.acknowledged), `${call} ${nth}`).toEqual([]);
        expect(await problemsAfterRetry(stateDir, [1]), `${call} ${nth}, retried`).toEqual([]);
      }
    });
});

describe.skipIf(STRACE_MISSING !== undefined)("one fsync fails with EIO", () => {
  for (const [threads, nths] of [
    ["pool", [1, 4, 9, 14, 19]],
    ["main", [1, 3, 4]],
  ] as const)
    it(`on the ${threads} thread: the process acknowledges nothing more, the next one recovers`, async () => {
      for (const nth of nths) {
        const stateDir = join(directory, `eio-${threads}-${nth}`);
        const run = await runWriter(stateDir, [1, 2], { call: "fsync", nth, threads, what: "error=EIO" });
        const failed = run.acknowledged.findIndex((what) => "error" in what);
        expect(failed, `fsync ${nth} is noticed: ${run.stderr}`).toBeGreaterThanOrEqual(0);
        for (const what of run.acknowledged.slice(failed))
          expect(what).toEqual({ error: "store_poisoned", again: "store_poisoned" });
        expect(await problemsOf(stateDir, run.acknowledged), `fsync ${nth}`).toEqual([]);
        expect(await problemsAfterRetry(stateDir, [1, 2]), `fsync ${nth}, retried`).toEqual([]);
      }
    });
});
