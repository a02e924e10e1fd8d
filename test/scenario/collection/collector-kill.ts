/** A collector dies at one call that changes the disk, another one goes on, and both are looked at. */
import { cp, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Digest } from "@tau-edge/encoding";
import { build } from "esbuild";
import { type KillPoint, trace } from "../rollout-calls.ts";
import { runInjected, runPiped } from "../strace.ts";
import { COLLECTOR_PROCESS } from "./collector-process.ts";
import { lookAt } from "./disk-check.ts";
import { writeHistory } from "./real-ports.ts";

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;

export type Command = "plan" | "run";

export interface Story {
  /** The collector in one file, which starts in a third of the time. */
  readonly program: string;
  readonly before: { readonly [command in Command]: string };
  readonly now_unix_ms: { readonly [command in Command]: number };
  readonly points: { readonly [command in Command]: readonly KillPoint[] };
  /** Objects before anybody collected, by whether they are left when nobody dies. */
  readonly stays: ReadonlySet<Digest>;
  readonly goes: ReadonlySet<Digest>;
}

/** @param scratch an empty directory */
export async function undisturbed(scratch: string): Promise<Story> {
  const program = join(scratch, "collector-process.mjs");
  const bundle = { bundle: true, platform: "node", format: "esm", target: "node24", logLevel: "error" } as const;
  await build({ ...bundle, entryPoints: [COLLECTOR_PROCESS], outfile: program });
  const plan = join(scratch, "before-plan");
  const told_unix_ms = await writeHistory(plan, 1);
  const now_unix_ms = { plan: told_unix_ms + 401 * DAY_MS, run: told_unix_ms + 402 * DAY_MS + HOUR_MS };
  const { stored } = await lookAt(plan);
  const run = join(scratch, "before-run");
  await cp(plan, run, { recursive: true });
  const planned = await trace([program, run, "plan", String(now_unix_ms.plan)], join(scratch, "trace"));
  const end = join(scratch, "end");
  await cp(run, end, { recursive: true });
  const collected = await trace([program, end, "run", String(now_unix_ms.run)], join(scratch, "trace"));
  if (collected.lines.length === 0) throw new Error(collected.stdout);
  const problems = await goOn(end, { program, now_unix_ms });
  if (problems.length > 0) throw new Error(problems.join("; "));
  const left = (await lookAt(end)).stored;
  const stays = new Set([...stored].filter((digest) => left.has(digest)));
  const goes = new Set([...stored].filter((digest) => !left.has(digest)));
  if (goes.size === 0) throw new Error("nothing is collected, so nobody can be killed at it");
  const points = { plan: planned.points, run: collected.points };
  return { program, before: { plan, run }, now_unix_ms, points, stays, goes };
}

/** @returns what is wrong; undefined when the call was not reached */
export async function killCollector(
  scratch: string,
  command: Command,
  point: KillPoint,
  story: Story,
): Promise<readonly string[] | undefined> {
  const { program, before, now_unix_ms, stays, goes } = story;
  const stateDir = join(scratch, `killed-${command}-${point.call}-${point.threads}-${point.nth}`);
  await cp(before[command], stateDir, { recursive: true });
  const args = [program, stateDir, command, String(now_unix_ms[command])];
  const { killed } = await runInjected(args, { ...point, what: "signal=SIGKILL" });
  const problems = [...(await lookAt(stateDir)).problems, ...(await goOn(stateDir, story))];
  const { stored, marked, problems: found } = await lookAt(stateDir);
  problems.push(...found);
  if (marked.collected > 0) problems.push("what was collected is not swept");
  for (const digest of stays) if (!stored.has(digest)) problems.push(`${digest} went, and nobody let go of it`);
  for (const digest of goes) if (stored.has(digest)) problems.push(`${digest} is left, and was to go`);
  await rm(stateDir, { recursive: true, force: true });
  return killed ? problems : undefined;
}

/** What was condemned by whoever died counts from then; what was not, from when the next one comes. */
async function goOn(
  stateDir: string,
  { program, now_unix_ms }: Pick<Story, "program" | "now_unix_ms">,
): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const now of [now_unix_ms.run, now_unix_ms.run + DAY_MS + HOUR_MS]) {
    const next = await runPiped(process.execPath, [program, stateDir, "run", String(now)]);
    if (next.lines.length === 0) problems.push(`the next collector fails: ${next.stderr.slice(0, 400)}`);
  }
  return problems;
}
