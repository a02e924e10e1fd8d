/** External checks as programs: no shell, no input, an end of their time, and of their output only the last line. */
import { type ChildProcess, type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import type { ExternalChecks } from "@tau-edge/ports";
import { type EnvironmentCheck, type ExternalResult, toBinary64 } from "@tau-edge/rollout";
import { posixCode } from "./file-system.ts";
import { CHECK_OUTPUT_TAIL_BYTES, CHECK_OUTPUT_WAIT_MS } from "./limits.ts";

interface Ended {
  /** Absent when it was not started, or ended by a signal. */
  readonly exit_code?: number;
  readonly tail: string;
}

export class ProgramChecks implements ExternalChecks {
  async run({ check, command, timeout_ms }: EnvironmentCheck): Promise<ExternalResult> {
    const { exit_code, tail } = await runProgram(command, timeout_ms);
    if (exit_code === undefined) return { check, outcome: "unreachable" };
    const value = lastNumber(tail);
    const outcome = exit_code === 0 ? "passed" : "failed";
    return { check, outcome, ...(value === undefined ? {} : { value_f64: toBinary64(value) }) };
  }
}

function runProgram(command: readonly string[], timeout_ms: number): Promise<Ended> {
  const child = start(command);
  if (child === undefined) return Promise.resolve({ tail: "" });
  return new Promise((settle) => {
    let tail = Buffer.alloc(0);
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      endGroup(child);
    }, timeout_ms);
    child.stdout.on("data", (piece: Buffer) => {
      tail = Buffer.concat([tail, piece]).subarray(-CHECK_OUTPUT_TAIL_BYTES);
    });
    child.on("error", () => {
      clearTimeout(timer);
      settle({ tail: "" });
    });
    child.on("exit", (code) => {
      clearTimeout(timer);
      endGroup(child);
      const ended = () => {
        child.stdout.destroy();
        settle({ ...(code === null || timedOut ? {} : { exit_code: code }), tail: tail.toString() });
      };
      // The rest of the output has come when nobody holds the pipe any more; who left the group may hold it for ever.
      child.on("close", ended);
      setTimeout(ended, CHECK_OUTPUT_WAIT_MS).unref();
    });
  });
}

/** @returns undefined where it cannot be started; of some causes Node tells by an event instead, of others it throws */
function start([program = "", ...words]: readonly string[]): ChildProcessByStdio<null, Readable, null> | undefined {
  try {
    // A group of its own, so that what it has started ends with it.
    return spawn(program, words, { shell: false, stdio: ["ignore", "pipe", "ignore"], detached: true });
  } catch {
    return undefined;
  }
}

function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    if (posixCode(error) !== "ESRCH" && posixCode(error) !== "EPERM") throw error;
  }
}

/** NaN and infinities are numbers here: they fail the gate, and must not pass for no value at all. */
const NUMBER = /^(?:[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|NaN|[+-]?Infinity)$/;

function lastNumber(tail: string): number | undefined {
  const line = tail.trimEnd().split("\n").at(-1)?.trim() ?? "";
  return NUMBER.test(line) ? Number(line) : undefined;
}
