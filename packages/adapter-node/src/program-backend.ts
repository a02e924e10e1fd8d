/** A backend that is a program: it gets the case on its standard input, and takes it with exit 0. */
import type { BackendAnswer, BackendRequest, DeploymentBackend } from "@tau-edge/ports";
import { BACKEND_DETAIL_CHARS_MAX } from "./limits.ts";
import { runProgram } from "./run-program.ts";

export interface ProgramBackendOptions {
  /** The program and its words; no shell sees them. */
  readonly command: readonly string[];
  /** For one case. */
  readonly timeout_ms: number;
}

export class ProgramBackend implements DeploymentBackend {
  readonly #options: ProgramBackendOptions;

  constructor(options: ProgramBackendOptions) {
    this.#options = options;
  }

  async apply({ document }: BackendRequest): Promise<BackendAnswer> {
    const { exit_code, instead, tail } = await runProgram({ ...this.#options, input: document, keep: "stderr" });
    if (exit_code === 0) return { outcome: "accepted" };
    const said = lastLine(tail);
    const why = instead ?? `exit ${exit_code}`;
    const detail = said === "" ? why : `${why}: ${said}`;
    return { outcome: "unavailable", detail: detail.slice(0, BACKEND_DETAIL_CHARS_MAX).toWellFormed() };
  }
}

function lastLine(tail: string): string {
  const line =
    tail
      .trimEnd()
      .split(/[\r\n]/)
      .at(-1) ?? "";
  return line.replace(/\p{Cc}/gu, " ").trim();
}
