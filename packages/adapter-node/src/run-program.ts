/** Runs a program of somebody else: no shell, an end of its time, and of what it says only the end. */
import { type ChildProcess, spawn } from "node:child_process";
import { posixCode } from "./file-system.ts";
import { PROGRAM_OUTPUT_TAIL_BYTES, PROGRAM_OUTPUT_WAIT_MS } from "./limits.ts";

export interface ProgramRun {
  readonly command: readonly string[];
  readonly timeout_ms: number;
  /** What it reads from its standard input; without, that is empty. */
  readonly input?: Uint8Array;
  /** Whose end is kept; the other is thrown away. */
  readonly keep: "stdout" | "stderr";
}

export interface Ended {
  /** Absent when it was not started, or ended by a signal or by its time. */
  readonly exit_code?: number;
  /** Why there is none, in words. */
  readonly instead?: string;
  /** The end of what was kept. */
  readonly tail: string;
}

/** Never rejects: what the program does is an answer. */
export function runProgram({ command, timeout_ms, input, keep }: ProgramRun): Promise<Ended> {
  return new Promise((settle) => {
    const child = start(command, keep);
    if (child instanceof Error) return settle(notStarted(child));
    let tail = Buffer.alloc(0);
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      endGroup(child);
    }, timeout_ms);
    const output = child[keep];
    output?.on("data", (piece: Buffer) => {
      tail = Buffer.concat([tail, piece]).subarray(-PROGRAM_OUTPUT_TAIL_BYTES);
    });
    // Whoever does not read to the end has its reasons: its exit says whether they are good.
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(input);
    child.on("error", (error) => {
      clearTimeout(timer);
      settle(notStarted(error));
    });
    child.on("exit", (code, signal) => {
      clearTimeout(timer);
      endGroup(child);
      const ended = () => {
        output?.destroy();
        child.stdin?.destroy();
        const instead = timedOut ? `it took longer than ${timeout_ms} ms` : `it was ended by ${signal}`;
        settle({ ...(code === null || timedOut ? { instead } : { exit_code: code }), tail: tail.toString() });
      };
      // The rest of the output has come when nobody holds the pipe any more; who left the group may hold it for ever.
      child.on("close", ended);
      setTimeout(ended, PROGRAM_OUTPUT_WAIT_MS).unref();
    });
  });
}

/** Of some causes Node tells by an event instead, of others it throws. */
function start([program = "", ...words]: readonly string[], keep: ProgramRun["keep"]): ChildProcess | Error {
  try {
    const kept = (output: ProgramRun["keep"]) => (output === keep ? "pipe" : "ignore");
    // A group of its own, so that what it has started ends with it.
    return spawn(program, words, { shell: false, stdio: ["pipe", kept("stdout"), kept("stderr")], detached: true });
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function notStarted(error: Error): Ended {
  return { instead: `it could not be started: ${posixCode(error) || error.message}`, tail: "" };
}

function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    if (posixCode(error) !== "ESRCH" && posixCode(error) !== "EPERM") throw error;
  }
}
