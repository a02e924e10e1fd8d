/** Backups of a state that packagers and a rollout are writing to: each is a state that could have been. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { openStateReader } from "@tau-edge/adapter-node";
import { drillBackup } from "@tau-edge/control";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { create, restorePorts } from "./backup-writer.ts";
import { makeScratch } from "./rollout-kill.ts";
import { ROLLOUT_WRITER } from "./rollout-writer.ts";
import { type Acknowledged, SAMPLE_WRITER } from "./sample-writer.ts";
import { deliverables, problemsOf } from "./state-check.ts";

const PACKAGERS = 2;
const SAMPLES = 25;
const BACKUPS_MIN = 3;
/** Of those that were made, as many are restored. */
const RESTORED_MAX = 6;

let scratch: string;
beforeAll(async () => {
  scratch = await makeScratch();
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

interface Writer {
  readonly said: readonly string[];
  isRunning(): boolean;
  readonly ended: Promise<unknown>;
}

function start(program: string, ...args: readonly string[]): Writer {
  const child = spawn(process.execPath, [program, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  const said: string[] = [];
  let rest = "";
  child.stdout.on("data", (piece: Buffer) => {
    const lines = (rest + piece.toString()).split("\n");
    rest = lines.pop() ?? "";
    said.push(...lines);
  });
  return { said, isRunning: () => child.exitCode === null, ended: once(child, "close") };
}

async function streamsIn(stateDir: string): Promise<readonly string[]> {
  const state = openStateReader(stateDir);
  try {
    return await state.ledger.streams();
  } finally {
    await state.close();
  }
}

describe("a backup while others write", () => {
  it("restores to a state whose chain, objects, pointers and files agree, with all that was acknowledged before", async () => {
    const live = join(scratch, "live");
    const packagers = Array.from({ length: PACKAGERS }, (_, nth) =>
      start(SAMPLE_WRITER, live, ...Array.from({ length: SAMPLES }, (_, sample) => String(nth * SAMPLES + sample))),
    );
    const writers = [start(ROLLOUT_WRITER, live), ...packagers];
    while (packagers.some(({ said }) => said.length === 0)) await pause(10);
    const made: { readonly dir: string; readonly acknowledged: readonly Acknowledged[]; readonly records: number }[] =
      [];
    while (writers.some((writer) => writer.isRunning())) {
      const acknowledged = packagers.flatMap(({ said }) => said.map((line): Acknowledged => JSON.parse(line)));
      const dir = join(scratch, `backup-${made.length}`);
      const { records } = await create(live, dir);
      // An object that no record names yet is nobody's: whoever was about to name it puts it there again.
      made.push({ dir, acknowledged: acknowledged.filter((what) => !("object" in what)), records });
      await pause(100);
    }
    await Promise.all(writers.map(({ ended }) => ended));
    expect(made.length).toBeGreaterThanOrEqual(BACKUPS_MIN);
    expect(new Set(made.map(({ records }) => records)).size, "records were written between them").toBeGreaterThan(1);
    const step = Math.ceil(made.length / RESTORED_MAX);
    for (const { dir, acknowledged, records } of made.filter((_, nth) => nth % step === 0)) {
      const restored = `${dir}-restored`;
      const report = await drillBackup(restorePorts(dir, restored));
      expect(report, dir).toMatchObject({ result: "passed", records, not_replayable: 0 });
      expect(await problemsOf(restored, acknowledged), dir).toEqual([]);
      const samples = (await streamsIn(restored)).filter((stream) => stream.includes("/sample-"));
      const shown = (await deliverables(restored)).filter(({ artifact_path }) => /\/sample-\d+\//.test(artifact_path));
      expect(shown.length, `${dir}: files are never ahead of the ledger`).toBeLessThanOrEqual(samples.length);
    }
    const last = join(scratch, "last");
    await create(live, last);
    const report = await drillBackup(restorePorts(last, `${last}-restored`));
    expect(report).toMatchObject({ replayed: 3, keys: 1_000 });
  }, 120_000);
});
