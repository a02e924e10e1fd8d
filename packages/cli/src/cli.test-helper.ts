/** Runs the command line in this process, in a directory of its own. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runCli } from "./cli.ts";
import type { CliIo } from "./io.ts";

export const FIXTURES = fileURLToPath(new URL("../../../wasm-fixtures/built/", import.meta.url));
export const fixture = (name: string) => `${FIXTURES}${name}.wasm`;

export interface CliRun {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** stdout as the one JSON document that it must be. */
  json(): unknown;
}

export interface Workplace {
  readonly dir: string;
  run(...argv: readonly string[]): Promise<CliRun>;
  runWith(io: Partial<CliIo>, ...argv: readonly string[]): Promise<CliRun>;
  leave(): void;
}

export function makeWorkplace(): Workplace {
  const dir = mkdtempSync(join(tmpdir(), "tau-edge-cli-"));
  const runWith = async (io: Partial<CliIo>, ...argv: readonly string[]): Promise<CliRun> => {
    let stdout = "";
    let stderr = "";
    const exitCode = await runCli(argv, {
      stdout: (text) => {
        stdout += text;
      },
      stderr: (text) => {
        stderr += text;
      },
      env: {},
      cwd: dir,
      readStdin: async () => new Uint8Array(0),
      stdoutIsTerminal: false,
      stderrIsTerminal: false,
      untilStopped: () => new Promise(() => {}),
      untilUnread: () => new Promise(() => {}),
      uninterrupted: (write) => write(),
      ...io,
    });
    return { exitCode, stdout, stderr, json: () => JSON.parse(stdout) };
  };
  return {
    dir,
    run: (...argv) => runWith({}, ...argv),
    runWith,
    leave: () => rmSync(dir, { recursive: true, force: true }),
  };
}
