/** One kill: a process dies at a call or at a moment, another one goes on, and both are looked at. */
import { access, constants, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { type KillPoint, type Traced, trace } from "./rollout-calls.ts";
import { problemsAfterKill, problemsAtEnd } from "./rollout-check.ts";
import type { Fault } from "./rollout-faults.ts";
import { type Golden, goldenOf } from "./rollout-golden.ts";
import type { RolloutAcknowledged } from "./rollout-saying.ts";
import { ROLLOUT_WRITER } from "./rollout-writer.ts";
import { runInjected, runPiped, type TracedRun } from "./strace.ts";

export interface Undisturbed extends Omit<Traced, "lines" | "stdout"> {
  /** The writer in one file, which starts in a third of the time. */
  readonly program: string;
  readonly golden: Golden;
  readonly elapsed_ms: number;
}

export interface Killed {
  readonly killed: boolean;
  readonly problems: readonly string[];
}

export type When = { readonly point: Pick<KillPoint, "call" | "nth" | "threads"> } | { readonly after_ms: number };

/**
 * A new directory, in memory where that is possible: a SIGKILL leaves the same there, and nobody waits for a disk. What
 * a disk forgets is the business of the simulated one.
 */
export async function makeScratch(): Promise<string> {
  const memory = "/dev/shm";
  const isThere = await access(memory, constants.W_OK).then(
    () => true,
    () => false,
  );
  return mkdtemp(join(isThere ? memory : tmpdir(), "tau-edge-rollout-kill-"));
}

/** @param scratch an empty directory */
export async function undisturbed(scratch: string): Promise<Undisturbed> {
  const stateDir = join(scratch, "undisturbed");
  const program = join(scratch, "rollout-writer.mjs");
  await build({
    entryPoints: [ROLLOUT_WRITER],
    outfile: program,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node24",
    logLevel: "error",
  });
  const { lines, stdout: _, ...calls } = await trace([program, stateDir], join(scratch, "trace"));
  const golden = await goldenOf(stateDir, saidBy({ lines }));
  const began = performance.now();
  const untraced = await go(program, join(scratch, "untraced"));
  const elapsed_ms = performance.now() - began;
  if (untraced.length < lines.length) throw new Error("the undisturbed process did not come to its end");
  return { program, golden, ...calls, elapsed_ms };
}

/** The calls of a process with a fault that nobody kills. */
export async function faultyPoints(
  scratch: string,
  fault: Fault,
  { program }: Undisturbed,
): Promise<readonly KillPoint[]> {
  const stateDir = join(scratch, "faulty");
  const { points } = await trace([program, stateDir, fault], join(scratch, "trace"));
  await rm(stateDir, { recursive: true });
  return points;
}

/** Kills one process, looks, lets another one come to the end, and looks again. */
export async function kill(
  scratch: string,
  when: When,
  { program, golden }: Undisturbed,
  fault?: Fault,
): Promise<Killed> {
  const stateDir = join(scratch, `killed-${name(when)}`);
  await rm(stateDir, { recursive: true, force: true });
  await mkdir(scratch, { recursive: true });
  const command = [program, stateDir, ...(fault === undefined ? [] : [fault])];
  const run =
    "point" in when
      ? await runInjected(command, { ...when.point, what: "signal=SIGKILL" })
      : await runPiped(process.execPath, command, when.after_ms);
  const problems = [...(await problemsAfterKill(stateDir, golden, saidBy(run)))];
  problems.push(...failures(await go(program, stateDir, fault)), ...(await problemsAtEnd(stateDir, golden)));
  await rm(stateDir, { recursive: true, force: true });
  return { killed: run.killed, problems };
}

/** Lets one fsync fail with EIO. @returns what is wrong */
export async function failFsync(
  scratch: string,
  point: KillPoint,
  { program, golden }: Undisturbed,
): Promise<readonly string[]> {
  const stateDir = join(scratch, `eio-${name({ point })}`);
  const run = await runInjected([program, stateDir], { ...point, what: "error=EIO" });
  const said = saidBy(run);
  const problems: string[] = [];
  const failed = said.findIndex((what) => what.said === "failed");
  if (failed < 0 && !mayBeIgnored(point)) problems.push(`the failure is not noticed: ${run.stderr}`);
  if (failed >= 0 && failed < said.length - 1) problems.push("it goes on acknowledging");
  for (const what of said)
    if (what.said === "failed" && (what.code !== "store_poisoned" || what.again !== "store_poisoned"))
      problems.push(`it fails with ${what.code}, then ${what.again}`);
  const before = said.filter((what) => what.said !== "failed");
  problems.push(...(await problemsAfterKill(stateDir, golden, before)));
  problems.push(...failures(await go(program, stateDir)), ...(await problemsAtEnd(stateDir, golden)));
  await rm(stateDir, { recursive: true, force: true });
  return problems;
}

/**
 * SQLite does not say that it could not sync the directory of its log; the stores sync it once more themselves. Nor does
 * it say so when it closes: the log stays then. And whoever lets go of windows after the last record has nothing more to
 * acknowledge; the next write would be refused.
 */
function mayBeIgnored({ threads, path = "", before }: KillPoint): boolean {
  return threads === "main" && (before === undefined || before === "ended" || !/\.db(-wal|-journal)?$/.test(path));
}

/** A process that nobody kills. */
async function go(program: string, stateDir: string, fault?: Fault): Promise<readonly RolloutAcknowledged[]> {
  const command = [program, stateDir, ...(fault === undefined ? [] : [fault])];
  const run = await runPiped(process.execPath, command);
  return saidBy(run);
}

function failures(said: readonly RolloutAcknowledged[]): readonly string[] {
  const failed = said.flatMap((what) => (what.said === "failed" ? [`the next process fails: ${what.code}`] : []));
  const ended = said.filter((what) => what.said === "ended").length;
  return failed.length === 0 && ended < 3 ? ["the next process does not come to the end"] : failed;
}

function saidBy({ lines }: Pick<TracedRun, "lines">): readonly RolloutAcknowledged[] {
  return lines.map((line): RolloutAcknowledged => JSON.parse(line));
}

function name(when: When): string {
  return "point" in when
    ? `${when.point.call}-${when.point.threads}-${when.point.nth}`
    : `after-${when.after_ms.toFixed(3)}`;
}
