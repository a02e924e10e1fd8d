/** The process: hands its streams, environment and signals to the command line, and ends with its exit code. */
import { runCli } from "./cli.ts";
import { EXIT } from "./exit-codes.ts";
import { Interruption } from "./interruption.ts";

const interruption = new Interruption((exitCode) => process.exit(exitCode));
process.on("SIGINT", () => interruption.onSignal(EXIT.interrupted));
process.on("SIGTERM", () => interruption.onSignal(EXIT.done));

// A reader that has seen enough (`| head`) is no error of ours: the work goes on, and its exit code counts.
function writerTo(stream: NodeJS.WriteStream): (text: string) => void {
  let isRead = true;
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    isRead = false;
  });
  return (text) => {
    if (isRead) stream.write(text);
  };
}

process.exitCode = await runCli(process.argv.slice(2), {
  stdout: writerTo(process.stdout),
  stderr: writerTo(process.stderr),
  env: process.env,
  cwd: process.cwd(),
  stdoutIsTerminal: process.stdout.isTTY === true,
  stderrIsTerminal: process.stderr.isTTY === true,
  untilStopped: () => interruption.untilStopped(),
  uninterrupted: (write) => interruption.uninterrupted(write),
});
