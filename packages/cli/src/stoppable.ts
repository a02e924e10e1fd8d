/** Lets a long verb be stopped between two of its steps, so that it can take away what it has begun. */
import { EXIT, type ExitCode } from "./exit-codes.ts";
import type { CliIo } from "./io.ts";

class Stopped extends Error {}

/**
 * @param work calls what it is given between its steps; that throws once somebody asked the process to end
 * @param done what the verb does with the result
 */
export async function stoppable<T>(
  io: CliIo,
  work: (checkGoingOn: () => void) => Promise<T>,
  done: (result: T) => ExitCode,
): Promise<ExitCode> {
  let stopped: ExitCode | undefined;
  io.untilStopped().then((exitCode) => {
    // It has not done what it was asked, whichever signal it was.
    stopped = exitCode === EXIT.done ? EXIT.failed : exitCode;
  });
  try {
    return done(
      await work(() => {
        if (stopped !== undefined) throw new Stopped();
      }),
    );
  } catch (error) {
    if (error instanceof Stopped && stopped !== undefined) return stopped;
    throw error;
  }
}
