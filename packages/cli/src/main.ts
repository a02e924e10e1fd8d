/** The process: hands its streams, environment and signals to the command line, and ends with its exit code. */
import { runCli } from "./cli.ts";
import { EXIT } from "./exit-codes.ts";
import { Interruption } from "./interruption.ts";

const interruption = new Interruption((exitCode) => process.exit(exitCode));
process.on("SIGINT", () => interruption.onSignal(EXIT.interrupted));
process.on("SIGTERM", () => interruption.onSignal(EXIT.done));

let outputFault: string | undefined;

const unread = Promise.withResolvers<void>();

/**
 * A reader that has seen enough (`| head`) is no error of ours: work goes on that is more than to print, and its exit code
 * counts. Output that
 * cannot be written for another reason, such as a full disk, makes a run fail that did everything else.
 */
function writerTo(stream: NodeJS.WriteStream): (text: string) => void {
  let works = true;
  stream.on("error", (error: NodeJS.ErrnoException) => {
    works = false;
    if (stream === process.stdout) unread.resolve();
    if (error.code !== "EPIPE") outputFault ??= error.code ?? error.message;
  });
  return (text) => {
    if (works) stream.write(text);
  };
}

const stderr = writerTo(process.stderr);
async function readStdin(size_bytes_max: number): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of process.stdin) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > size_bytes_max) return undefined;
  }
  return Buffer.concat(chunks);
}

process.exitCode = await runCli(process.argv.slice(2), {
  stdout: writerTo(process.stdout),
  stderr,
  env: process.env,
  cwd: process.cwd(),
  readStdin,
  stdoutIsTerminal: process.stdout.isTTY === true,
  stderrIsTerminal: process.stderr.isTTY === true,
  untilStopped: () => interruption.untilStopped(),
  untilUnread: () => unread.promise,
  uninterrupted: (write) => interruption.uninterrupted(write),
});
// The streams tell it after everything that was written.
process.once("beforeExit", () => {
  if (outputFault === undefined) return;
  stderr(`error: the output cannot be written (${outputFault})\n`);
  if (process.exitCode === EXIT.done) process.exitCode = EXIT.failed;
});
