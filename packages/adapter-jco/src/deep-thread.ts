/** One disposable thread: asks it, waits no longer than allowed, and throws it away when it misbehaves. */
import { Worker } from "node:worker_threads";
import type { ValidateAnswer, ValidateRequest } from "./worker-protocol.ts";

export type ThreadAnswer = ValidateAnswer | { readonly outcome: "timeout" };

export class DeepThread {
  readonly #url: URL;
  #worker: Worker | undefined;
  #closed = false;

  constructor(url: URL) {
    this.#url = url;
  }

  /** One call at a time. After a crash or a timeout the next call starts a new thread. Throws once it is closed. */
  async ask(request: ValidateRequest, limit_ms: number): Promise<ThreadAnswer> {
    this.#mustBeOpen();
    const worker = this.#start();
    worker.ref();
    const answer = await waitFor(worker, request, limit_ms);
    // A thread that was ended from outside looks crashed, which says nothing about the bytes.
    this.#mustBeOpen();
    if (answer.outcome === "crashed" || answer.outcome === "timeout") await this.#discard();
    else worker.unref();
    return answer;
  }

  /** For good. */
  close(): Promise<void> {
    this.#closed = true;
    return this.#discard();
  }

  #mustBeOpen(): void {
    if (this.#closed) throw new Error("the validator is closed");
  }

  async #discard(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    if (worker !== undefined) await worker.terminate();
  }

  #start(): Worker {
    // No environment and no loader flags of the parent: the validator needs neither. Its panics go nowhere.
    this.#worker ??= new Worker(this.#url, { env: {}, execArgv: [], stdout: true, stderr: true });
    return this.#worker;
  }
}

function waitFor(worker: Worker, request: ValidateRequest, limit_ms: number): Promise<ThreadAnswer> {
  return new Promise((resolve) => {
    const settle = (answer: ThreadAnswer) => {
      clearTimeout(timer);
      worker.off("message", settle);
      worker.off("error", onError);
      worker.off("exit", onExit);
      resolve(answer);
    };
    const onError = (error: unknown) =>
      settle({ outcome: "crashed", detail: error instanceof Error ? error.message : String(error) });
    const onExit = (code: number) => settle({ outcome: "crashed", detail: `the thread ended with code ${code}` });
    const timer = setTimeout(() => settle({ outcome: "timeout" }), limit_ms);
    worker.on("message", settle);
    worker.on("error", onError);
    worker.on("exit", onExit);
    // A copy of exactly these bytes is handed over: the caller keeps its own, and a view into a larger buffer does not
    // drag that buffer along.
    const bytes = new Uint8Array(request.bytes);
    worker.postMessage({ ...request, bytes }, [bytes.buffer]);
  });
}
