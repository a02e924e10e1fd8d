/** Backups and restores in processes that die: what has its name is whole, and what has not is nothing. */
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { hashedTree, startNativeSha256 } from "@tau-edge/adapter-node";
import { type TreeEntry, treeHash } from "@tau-edge/ledger";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BACKUP_WRITER, verify } from "./backup-writer.ts";
import { type KillPoint, trace } from "./rollout-calls.ts";
import { makeScratch } from "./rollout-kill.ts";
import { ROLLOUT_WRITER } from "./rollout-writer.ts";
import { SAMPLE_WRITER } from "./sample-writer.ts";
import { runInjected, runPiped, STRACE_MISSING } from "./strace.ts";

const KILLS = 10;

let scratch: string;
let state: string;
let program: string;
beforeAll(async () => {
  scratch = await makeScratch();
  state = join(scratch, "state");
  program = join(scratch, "backup-writer.mjs");
  const target = { bundle: true, platform: "node", format: "esm", target: "node24", logLevel: "error" } as const;
  await build({ entryPoints: [BACKUP_WRITER], outfile: program, ...target });
  await runPiped(process.execPath, [SAMPLE_WRITER, state, "1", "2"]);
  await runPiped(process.execPath, [ROLLOUT_WRITER, state]);
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

async function hashOf(directory: string): Promise<string> {
  const files: TreeEntry[] = [];
  for await (const file of hashedTree(directory)) files.push(file);
  return treeHash(files, startNativeSha256);
}

/** As many of them, the first and the last among them: between the last two a name appears. */
function spread(points: readonly KillPoint[]): readonly KillPoint[] {
  const last = points.length - 1;
  const places = Array.from({ length: KILLS }, (_, nth) => Math.round((nth * last) / (KILLS - 1)));
  return [...new Set(places)].flatMap((place) => points[place] ?? []);
}

const placeOf = ({ call, nth, threads, path }: KillPoint) => `${call} ${nth} of ${threads}, ${path ?? ""}`;

/** Every call that a kill can be put on, and always the one that gives the name. */
async function pointsOf(args: readonly string[]): Promise<readonly KillPoint[]> {
  const { points } = await trace([program, ...args], join(scratch, "trace"));
  const rename = points.filter(({ call }) => call === "rename");
  expect(rename.length, "one step gives the name").toBe(1);
  return [...spread(points), ...rename];
}

describe.skipIf(STRACE_MISSING !== undefined)(`killed at one call (${STRACE_MISSING ?? "strace runs"})`, () => {
  it("a backup is whole or has no name, and is made by the next process", async () => {
    for (const point of await pointsOf(["create", state, join(scratch, "undisturbed")])) {
      const into = join(scratch, "killed");
      const run = await runInjected([program, "create", state, into], { ...point, what: "signal=SIGKILL" });
      expect(run.killed, placeOf(point)).toBe(true);
      if (existsSync(into)) await verify(into);
      else await runPiped(process.execPath, [program, "create", state, into]);
      expect((await verify(into)).records, placeOf(point)).toBeGreaterThan(0);
      await rm(into, { recursive: true });
    }
  }, 120_000);

  it("a restored state is whole or not there, and is restored by the next process", async () => {
    const backup = join(scratch, "undisturbed");
    const points = await pointsOf(["restore", backup, join(scratch, "restored")]);
    const whole = await hashOf(join(scratch, "restored"));
    for (const point of points) {
      const into = join(scratch, "killed");
      const run = await runInjected([program, "restore", backup, into], { ...point, what: "signal=SIGKILL" });
      expect(run.killed, placeOf(point)).toBe(true);
      if (!existsSync(into)) await runPiped(process.execPath, [program, "restore", backup, into]);
      expect(await hashOf(into), placeOf(point)).toBe(whole);
      await rm(into, { recursive: true });
    }
    await verify(backup);
  }, 120_000);

  it("one that was killed left nothing that verifies or serves", async () => {
    const { stdout } = await runPiped("find", [scratch, "-maxdepth", "1", "-name", "*.unfinished"]);
    const left = stdout.split("\n").filter((path) => path !== "");
    expect(left.length).toBeGreaterThan(KILLS);
    for (const path of left.filter((_, nth) => nth < KILLS / 2))
      await expect(verify(path), path).rejects.toMatchObject({ code: "backup_corrupt" });
  });
});
