/** What every verb has: its help in one form, and the options that many of them take. */
import type { Command } from "commander";
import { EXIT_HELP, type ExitCode } from "../exit-codes.ts";
import { CliError } from "../failure.ts";
import type { CliIo } from "../io.ts";

export type Finish = (exitCode: ExitCode) => void;

/** Adds verbs to the program, or to a group such as `rollout`. */
export type AddVerbs = (program: Command, io: CliIo, finish: Finish) => void;

export function verb(program: Command, usage: string, description: string, examples: readonly string[]): Command {
  const lines = examples.map((example) => `  ${example}`).join("\n");
  return program
    .command(usage)
    .description(description)
    .helpOption("-h, --help", "print this help")
    .addHelpText("after", `\nExamples:\n${lines}\n\n${EXIT_HELP}`);
}

/** Verbs that are called by two words, such as `rollout start`. */
export function group(program: Command, name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .helpOption("-h, --help", "print this help")
    .helpCommand(false)
    .addHelpText("after", `\nEach has its own help: tau-edge ${name} VERB --help`);
}

/** An empty path would mean the current directory to some calls and the root to others. */
export function directory(path: string): string {
  if (path !== "") return path;
  throw new CliError("usage", "The name of a directory is empty", {
    remedy: "Leave its option out, or name one: --state-dir .tau/deployment.",
  });
}

export const STATE_DIR = [
  "--state-dir <dir>",
  "where ledger, objects and files are (default: $TAU_DEPLOYMENT_STATE_DIR or .tau/deployment)",
  directory,
] as const;
export const JSON_OUT = ["--json", "print one JSON document on stdout and nothing else"] as const;
export const DRY_RUN = ["--dry-run", "decide and report, write nothing"] as const;

export const ACCEPT_CLOCK = [
  "--accept-clock",
  "the clock is right, although it is far from the last record's time; recorded",
] as const;

/** Where rollouts are. */
export function fromSource(command: Command): Command {
  return command
    .option(...STATE_DIR)
    .option("--gateway <url>", "ask this gateway instead of a state directory (or $TAU_EDGE_GATEWAY)")
    .option("--token-file <file>", "the token for the gateway, - for the standard input (or $TAU_EDGE_TOKEN)")
    .option("--token <text>", "the token itself; others see it in ps and in the shell's history")
    .option("--password-file <file>", "the gateway's password, for a session (or $TAU_EDGE_GATEWAY_PASSWORD)")
    .option("--password <text>", "the password itself; others see it in ps and in the shell's history")
    .option(...JSON_OUT);
}
