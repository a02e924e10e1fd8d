/** A repository root as the runbook knows it: the fixtures at the original's places, the demo, `tau-edge` on the path. */
import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { makeWorkplace } from "../../packages/cli/src/cli.test-helper.ts";

export const HOUSE = fileURLToPath(new URL("../..", import.meta.url));
export const TESTDATA = "crates/tau-coding-agent/testdata";
export const CONTRACT_FIXTURES = `${TESTDATA}/deployment-contract`;

const COMMAND_MS_MAX = 60_000;

export interface CommandRun {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** stdout as the one JSON document that it must be. */
  json(): unknown;
}

export interface RepositoryRoot {
  readonly dir: string;
  /** Runs a command line in the root, as somebody types it there. */
  run(commandLine: string): CommandRun;
  /** The same for words without quotes; `tau-edge` is called in this process, because starting one takes longer than its work. */
  call(commandLine: string): Promise<CommandRun>;
  /** Writes a file below the root. */
  write(path: string, text: string): void;
  leave(): void;
}

export function makeRepositoryRoot(): RepositoryRoot {
  const home = mkdtempSync(join(tmpdir(), "tau-edge-runbook-"));
  const dir = join(home, "repository");
  cpSync(join(HOUSE, "wasm-fixtures/contract/s1"), join(dir, CONTRACT_FIXTURES), { recursive: true });
  putFile(join(HOUSE, "wasm-fixtures/s1/edge-runtime.wasm"), join(dir, TESTDATA, "deployment-wasm/edge-runtime.wasm"));
  putFile(join(HOUSE, "scripts/demo/deployment.sh"), join(dir, "scripts/demo/deployment.sh"));
  const bin = join(home, "bin");
  putTauEdge(bin);
  const env = {
    HOME: home,
    PATH: [bin, process.env["PATH"] ?? ""].join(delimiter),
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_NOSYSTEM: "1",
    // The operator's name, and an editor that leaves the message as it is.
    GIT_AUTHOR_NAME: "operator",
    GIT_AUTHOR_EMAIL: "operator@example.invalid",
    GIT_COMMITTER_NAME: "operator",
    GIT_COMMITTER_EMAIL: "operator@example.invalid",
    GIT_EDITOR: "true",
  };
  const workplace = makeWorkplace();
  const run = (commandLine: string) => runIn(dir, commandLine, env);
  return {
    dir,
    run,
    call: async (commandLine) => {
      const [program, ...argv] = commandLine.split(" ");
      if (program !== "tau-edge") return run(commandLine);
      const { exitCode, ...output } = await workplace.runWith({ cwd: dir }, ...argv);
      return { status: exitCode, ...output };
    },
    write: (path, text) => {
      mkdirSync(dirname(join(dir, path)), { recursive: true });
      writeFileSync(join(dir, path), text);
    },
    leave: () => {
      workplace.leave();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

function runIn(cwd: string, commandLine: string, env: Record<string, string>): CommandRun {
  const options = { cwd, env, encoding: "utf8", timeout: COMMAND_MS_MAX } as const;
  const { status, stdout, stderr } = spawnSync("bash", ["-c", commandLine], options);
  return { status, stdout, stderr, json: () => JSON.parse(stdout) };
}

function putFile(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
}

function putTauEdge(bin: string): void {
  mkdirSync(bin, { recursive: true });
  const path = join(bin, "tau-edge");
  writeFileSync(path, `#!/bin/sh\nexec "${process.execPath}" "${join(HOUSE, "packages/cli/bin/tau-edge.js")}" "$@"\n`);
  chmodSync(path, 0o755);
}
