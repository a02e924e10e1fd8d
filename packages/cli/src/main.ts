/** The process: hands its streams, environment and signals to the command line, and ends with its exit code. */
import { runCli } from "./cli.ts";
import { EXIT, type ExitCode } from "./exit-codes.ts";

let stopping: ((exitCode: ExitCode) => void) | undefined;

/** A verb that waits for the signal ends in order; a second signal, or any other verb, ends at once. */
function onSignal(exitCode: ExitCode): void {
  const stop = stopping;
  stopping = undefined;
  if (stop === undefined) process.exit(exitCode === EXIT.done ? EXIT.failed : exitCode);
  stop(exitCode);
}
process.on("SIGINT", () => onSignal(EXIT.interrupted));
process.on("SIGTERM", () => onSignal(EXIT.done));

// A reader that has seen enough (`| head`) is no error of ours.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(EXIT.done);
  throw error;
});

process.exitCode = await runCli(process.argv.slice(2), {
  stdout: (text) => process.stdout.write(text),
  stderr: (text) => process.stderr.write(text),
  env: process.env,
  cwd: process.cwd(),
  stdoutIsTerminal: process.stdout.isTTY === true,
  stderrIsTerminal: process.stderr.isTTY === true,
  untilStopped: () =>
    new Promise((resolve) => {
      stopping = resolve;
    }),
});
