/** External checks as programs: no shell, no input, an end of their time, and of their output only the last line. */
import type { ExternalChecks } from "@tau-edge/ports";
import { type EnvironmentCheck, type ExternalResult, toBinary64 } from "@tau-edge/rollout";
import { runProgram } from "./run-program.ts";

export class ProgramChecks implements ExternalChecks {
  async run({ check, command, timeout_ms }: EnvironmentCheck): Promise<ExternalResult> {
    const { exit_code, tail } = await runProgram({ command, timeout_ms, keep: "stdout" });
    if (exit_code === undefined) return { check, outcome: "unreachable" };
    const value = lastNumber(tail);
    const outcome = exit_code === 0 ? "passed" : "failed";
    return { check, outcome, ...(value === undefined ? {} : { value_f64: toBinary64(value) }) };
  }
}

/** NaN and infinities are numbers here: they fail the gate, and must not pass for no value at all. */
const NUMBER = /^(?:[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|NaN|[+-]?Infinity)$/;

function lastNumber(tail: string): number | undefined {
  const line = tail.trimEnd().split("\n").at(-1)?.trim() ?? "";
  return NUMBER.test(line) ? Number(line) : undefined;
}
