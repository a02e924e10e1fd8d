/** Runs the sample writer under strace, which fails or kills it exactly at the nth call of one kind. */
import { spawn, spawnSync } from "node:child_process";
import { type Acknowledged, SAMPLE_WRITER } from "./sample-writer.ts";

/** Why these tests cannot run here, or undefined. */
export const STRACE_MISSING: string | undefined = (() => {
  if (process.platform !== "linux") return "strace is a Linux program";
  // Containers may have it and forbid it.
  const tried = spawnSync("strace", ["-o", "/dev/null", "true"]);
  return tried.status === 0 ? undefined : "strace does not run here (Debian: apt-get install strace)";
})();

/** Bytes and fsyncs of files go through pool threads, names and SQLite through the main one; strace counts each thread alone. */
export type Threads = "pool" | "main";

export interface Injection {
  readonly call: string;
  /** From 1. */
  readonly nth: number;
  readonly threads: Threads;
  /** Such as `signal=SIGKILL` or `error=EIO`. */
  readonly what: string;
}

export interface TracedRun {
  readonly killed: boolean;
  /** What it wrote to stdout, whole lines only. */
  readonly lines: readonly string[];
  readonly stdout: string;
  readonly stderr: string;
}

export interface WriterRun extends Omit<TracedRun, "lines" | "stdout"> {
  readonly acknowledged: readonly Acknowledged[];
}

export async function runWriter(stateDir: string, nths: readonly number[], injection: Injection): Promise<WriterRun> {
  const { lines, ...run } = await runInjected([SAMPLE_WRITER, stateDir, ...nths.map(String)], injection);
  return { ...run, acknowledged: lines.map((line): Acknowledged => JSON.parse(line)) };
}

/** Runs a program of this Node, and fails or kills it at one call. */
export function runInjected(command: readonly string[], { call, nth, threads, what }: Injection): Promise<TracedRun> {
  const inject = ["-e", `trace=${call}`, "-e", `inject=${call}:${what}:when=${nth}`];
  const follow = threads === "pool" ? ["-f"] : [];
  return runTraced(["-o", "/dev/null", ...follow, ...inject], command);
}

/** Runs a program of this Node with one thread in its pool. */
export function runTraced(options: readonly string[], command: readonly string[]): Promise<TracedRun> {
  return runPiped("strace", [...options, process.execPath, ...command]);
}

/** @param kill_after_ms a SIGKILL comes then, wherever it is */
export function runPiped(program: string, args: readonly string[], kill_after_ms?: number): Promise<TracedRun> {
  const child = spawn(program, args, {
    // Node's own cache of compiled modules writes and renames files, too, and is not what is killed here.
    env: { ...process.env, UV_THREADPOOL_SIZE: "1", NODE_DISABLE_COMPILE_CACHE: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const killing = kill_after_ms === undefined ? undefined : setTimeout(() => child.kill("SIGKILL"), kill_after_ms);
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (piece: Buffer) => {
    stdout += piece.toString();
  });
  child.stderr.on("data", (piece: Buffer) => {
    stderr += piece.toString();
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status, signal) => {
      clearTimeout(killing);
      const lines = stdout.split("\n").filter((line) => line.endsWith("}"));
      resolve({ killed: signal === "SIGKILL" || status === 137, lines, stdout, stderr });
    });
  });
}
