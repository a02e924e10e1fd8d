/** One kill of `tau-edge run`: the command dies at a call, another one runs the same fixture, and both are looked at. */
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import { mixedCases, successes, writeFixture } from "./cycle-fixtures.ts";
import { cycleProblems, resultOf, type SaidCycle } from "./cycle-state.ts";
import { type KillPoint, trace } from "./rollout-calls.ts";
import { runInjected, runPiped, type TracedRun } from "./strace.ts";

/** Lines are appended by `write`, which rollouts never do. */
export type CyclePoint = Pick<KillPoint, "nth" | "threads" | "path"> & { readonly call: string };

export interface CycleStory {
  /** The command line in one file, which starts in a third of the time. */
  readonly program: string;
  /** A state with one cycle in it, from which every process begins. */
  readonly before: string;
  readonly fixture: string;
  /** Every call of the second cycle that changes the disk. */
  readonly points: readonly CyclePoint[];
  /** Calls that a kill cannot be put on. */
  readonly unreachable: number;
  readonly said: SaidCycle;
  /** What the second cycle comes to. */
  readonly result: string;
}

export interface KilledCycle {
  readonly killed: boolean;
  readonly problems: readonly string[];
}

/** @param scratch an empty directory */
export async function tellCycle(scratch: string, main: string): Promise<CycleStory> {
  const program = join(scratch, "tau-edge.mjs");
  await build({
    entryPoints: [main],
    outfile: program,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node24",
    logLevel: "error",
    external: ["@bytecodealliance/*"],
    banner: { js: REQUIRE },
  });
  const first = writeFixture(scratch, "first", [...successes("shop", "shop", 1), ...successes("search", "search", 1)]);
  const fixture = writeFixture(scratch, "second", mixedCases());
  const before = join(scratch, "before");
  const said = saidBy(await runPiped(process.execPath, commandOf(program, first, before)));
  if (said === undefined) throw new Error("the first cycle did not come to its end");
  const undisturbed = join(scratch, "undisturbed");
  await cp(before, undisturbed, { recursive: true });
  const traced = await trace(commandOf(program, fixture, undisturbed), join(scratch, "trace"));
  const second = saidBy(traced);
  if (second === undefined) throw new Error(`the second cycle did not come to its end: ${traced.stdout}`);
  const problems = await cycleProblems(undisturbed, [said, second]);
  if (problems.length > 0) throw new Error(problems.join("\n"));
  const { unreachable } = traced;
  const points = [...traced.points, ...writePoints(await readFile(join(scratch, "trace"), "utf8"), undisturbed)];
  return { program, before, fixture, points, unreachable, said, result: resultOf(undisturbed) };
}

/** Kills one process, and lets another one run the same fixture. */
export async function killCycle(
  scratch: string,
  { call, nth, threads }: CyclePoint,
  { program, before, fixture, said, result }: CycleStory,
): Promise<KilledCycle> {
  const directory = await mkdtemp(join(scratch, "killed-"));
  const stateDir = join(directory, "state");
  await cp(before, stateDir, { recursive: true });
  const command = commandOf(program, fixture, stateDir);
  const run = await runInjected(command, { call, nth, threads, what: "signal=SIGKILL" });
  const acknowledged = saidBy(run);
  const again = await runPiped(process.execPath, command);
  const recovered = saidBy(again);
  const problems: string[] = [];
  if (recovered === undefined) problems.push(`the next runner fails: ${again.stderr}`);
  else {
    const all = [said, ...(acknowledged === undefined ? [] : [acknowledged]), recovered];
    problems.push(...(await cycleProblems(stateDir, all)));
    if (resultOf(stateDir) !== result) problems.push("it comes to another end");
  }
  await rm(directory, { recursive: true, force: true });
  return { killed: run.killed, problems };
}

/** Of the main thread; strace counts all its writes, those to pipes included. */
function writePoints(traceText: string, stateDir: string): readonly CyclePoint[] {
  const calls = [...traceText.matchAll(/^(\d+) +(\w+)\(\d+<([^>]*)>/gm)];
  const [, main] = /^(\d+) /.exec(traceText) ?? [];
  const writes = calls.filter(([, thread, call]) => thread === main && call === "write");
  return writes.flatMap(([, , call = "", path = ""], index) =>
    path.startsWith(stateDir) ? [{ call, nth: index + 1, threads: "main", path } as const] : [],
  );
}

/** Packages that are no modules of their own look for `require` when they are bundled. */
const REQUIRE =
  'import { createRequire as bundledRequire } from "node:module"; const require = bundledRequire(import.meta.url);';

function commandOf(program: string, fixture: string, stateDir: string): readonly string[] {
  return [program, "run", "--fixture", fixture, "--state-dir", stateDir, "--json"];
}

/** The report, if it was printed to its end: the process may die within it. */
function saidBy({ stdout }: Pick<TracedRun, "stdout">): SaidCycle | undefined {
  return stdout.endsWith("\n}\n") ? JSON.parse(stdout) : undefined;
}
