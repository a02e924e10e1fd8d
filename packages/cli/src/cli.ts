/** One command line in, one exit code out. Nothing here ends the process or throws. */
import { type Command, CommanderError } from "commander";
import { EXIT, type ExitCode } from "./exit-codes.ts";
import { CliError, describeFailure } from "./failure.ts";
import { printFailure } from "./failure-output.ts";
import type { CliIo } from "./io.ts";
import { isLegacyCommandLine, wantsLegacyJson } from "./legacy/command-line.ts";
import { makeProgram } from "./program.ts";

export async function runCli(argv: readonly string[], io: CliIo): Promise<ExitCode> {
  const asJson = wantsJson(argv, io.env);
  try {
    if (isLegacyCommandLine(argv, io.env)) {
      const { runLegacy } = await import("./legacy/run-legacy.ts");
      return await runLegacy(argv, io);
    }
    return await runProgram(argv, io);
  } catch (error) {
    const { document, exitCode } = describeFailure(error);
    printFailure(document, io, asJson);
    if (document.code === "internal_error" && io.env["TAU_EDGE_TRACE"] === "1" && error instanceof Error)
      io.stderr(`${error.stack ?? ""}\n`);
    return exitCode;
  }
}

async function runProgram(argv: readonly string[], io: CliIo): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.done;
  const program = await makeProgram(argv, io, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync([...argv], { from: "user" });
    return exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help and version are thrown too, after they have been printed.
    if (error.exitCode === 0) return EXIT.done;
    const called = calledCommand(program, argv);
    if (error.code === "commander.help") {
      io.stderr(called.helpInformation());
      return EXIT.usage;
    }
    const message = error.message.replace(/^error: /, "").replace(/\s*\n\s*/g, " ");
    throw new CliError("usage", withoutWords(message), {
      remedy: called === program ? "`tau-edge --help` lists the verbs." : `See \`tau-edge ${nameOf(called)} --help\`.`,
      cause: error,
    });
  }
}

/** The verb that the first words name; of a group without one of its verbs, the group. */
function calledCommand(program: Command, [word, ...rest]: readonly string[]): Command {
  const called = program.commands.find((command) => command.name() === word);
  return called === undefined ? program : calledCommand(called, rest);
}

/** Behind a mistyped option, or as the second word of one without quotes, there may be a secret. */
function withoutWords(message: string): string {
  return message
    .replace(/(option '--[^=']*)=.*$/, "$1'")
    .replace(/(option '-[^-]).*$/, "$1'")
    .replace(/(but got \d+): .*$/, "$1");
}

function nameOf(called: Command): string {
  const { parent } = called;
  return parent?.parent ? `${nameOf(parent)} ${called.name()}` : called.name();
}

/** Asked before the command line is understood, so that also what is wrong with it is told in the form that was asked for. */
function wantsJson(argv: readonly string[], env: CliIo["env"]): boolean {
  const end = argv.indexOf("--");
  const options = end === -1 ? argv : argv.slice(0, end);
  return isLegacyCommandLine(argv, env) ? wantsLegacyJson(argv, env) : options.includes("--json");
}
