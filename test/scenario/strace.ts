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

export interface WriterRun {
  readonly killed: boolean;
  readonly acknowledged: readonly Acknowledged[];
  readonly stderr: string;
}

export function runWriter(stateDir: string, nths: readonly number[], injection: Injection): Promise<WriterRun> {
  const { call, nth, threads, what } = injection;
  const follow = threads === "pool" ? ["-f"] : [];
  const inject = ["-e", `trace=${call}`, "-e", `inject=${call}:${what}:when=${nth}`];
  const command = [process.execPath, SAMPLE_WRITER, stateDir, ...nths.map(String)];
  const child = spawn("strace", ["-o", "/dev/null", ...follow, ...inject, ...command], {
    env: { ...process.env, UV_THREADPOOL_SIZE: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
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
      const lines = stdout.split("\n").filter((line) => line.endsWith("}"));
      const acknowledged = lines.map((line): Acknowledged => JSON.parse(line));
      resolve({ killed: signal === "SIGKILL" || status === 137, acknowledged, stderr });
    });
  });
}
