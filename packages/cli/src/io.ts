/** Everything of the process that a verb may touch, so that tests can hand in their own. */
import { resolve } from "node:path";
import type { ExitCode } from "./exit-codes.ts";

export interface CliIo {
  stdout(text: string): void;
  stderr(text: string): void;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** All of the standard input as soon as it ends; undefined when it is longer, and then the rest is not read. */
  readStdin(size_bytes_max: number): Promise<Uint8Array | undefined>;
  readonly stdoutIsTerminal: boolean;
  readonly stderrIsTerminal: boolean;
  /** Resolves with the exit code when somebody asks the process to end. Who never calls it is ended at once. */
  untilStopped(): Promise<ExitCode>;
  /** Resolves when whoever read the output reads no more of it; noticed when something is written. */
  untilUnread(): Promise<void>;
  /** Ends nothing before `write` has: whoever asks the process to end waits for it. */
  uninterrupted<T>(write: () => Promise<T>): Promise<T>;
}

/** A path as the user typed it, usable from this process: left alone where possible, because reports repeat it. */
export function pathIn({ cwd }: Pick<CliIo, "cwd">, path: string): string {
  return cwd === process.cwd() ? path : resolve(cwd, path);
}

/** Colour only on a terminal, and never against NO_COLOR (https://no-color.org: set and not empty). */
export function usesColour(io: CliIo): boolean {
  return io.stdoutIsTerminal && (io.env["NO_COLOR"] ?? "") === "" && io.env["TERM"] !== "dumb";
}
