/** What a signal does: it ends a waiting verb in order, lets a write that has begun reach its end, and else ends at once. */
import { EXIT, type ExitCode } from "./exit-codes.ts";

export class Interruption {
  readonly #exit: (exitCode: ExitCode) => void;
  #stop: ((exitCode: ExitCode) => void) | undefined;
  #writes = 0;
  #pending: ExitCode | undefined;

  /** @param exit ends the process */
  constructor(exit: (exitCode: ExitCode) => void) {
    this.#exit = exit;
  }

  /** A second signal always ends at once: the disk may be what hangs. */
  onSignal(exitCode: ExitCode): void {
    const stop = this.#stop;
    this.#stop = undefined;
    if (stop !== undefined) stop(exitCode);
    else if (this.#writes > 0 && this.#pending === undefined) this.#pending = exitCode;
    else this.#end(exitCode);
  }

  untilStopped(): Promise<ExitCode> {
    return new Promise((resolve) => {
      this.#stop = resolve;
    });
  }

  /** What was printed before stays true: what is written now is written whole, and nothing after it. */
  async uninterrupted<T>(write: () => Promise<T>): Promise<T> {
    this.#writes += 1;
    try {
      return await write();
    } finally {
      this.#writes -= 1;
      if (this.#writes === 0 && this.#pending !== undefined) this.#end(this.#pending);
    }
  }

  /** A verb that does not wait to be stopped has not done what it was asked, whichever signal it was. */
  #end(exitCode: ExitCode): void {
    this.#exit(exitCode === EXIT.done ? EXIT.failed : exitCode);
  }
}
