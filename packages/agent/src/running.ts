/** Something verified that runs, and how its calls went. */
import { AgentError } from "./errors.ts";
import type { AgentClock } from "./platform.ts";

/** One call, or one start that failed. */
export type Outcome = { readonly ok: true; readonly latency_us: number } | { readonly ok: false };

/** Where code runs: in this process, or in a sandbox. */
export interface Host {
  /** Names of functions; a function of an interface is written `interface#function`. */
  readonly exports: readonly string[];
  /** @throws AgentError `call_failed`, `call_timed_out`, `export_unknown` */
  call(name: string, args: readonly unknown[]): Promise<unknown>;
  stop(): void;
}

export class Running {
  readonly #host: Host;
  readonly #clock: AgentClock;
  readonly #onOutcome: (outcome: Outcome) => void;
  #stopped = false;

  constructor(host: Host, clock: AgentClock, onOutcome: (outcome: Outcome) => void) {
    this.#host = host;
    this.#clock = clock;
    this.#onOutcome = onOutcome;
  }

  get exports(): readonly string[] {
    return this.#host.exports;
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  /**
   * Counts as one observation, unless nothing was called.
   * @throws AgentError `instance_stopped`, `export_unknown`, `call_failed`, `call_timed_out`
   */
  async call(name: string, ...args: readonly unknown[]): Promise<unknown> {
    if (this.#stopped) throw new AgentError("instance_stopped");
    const startMs = this.#clock.monotonicMs();
    try {
      const result = await this.#host.call(name, args);
      const latency_us = Math.max(0, Math.round((this.#clock.monotonicMs() - startMs) * 1_000));
      this.#onOutcome({ ok: true, latency_us });
      return result;
    } catch (error) {
      // A wrong name is the caller's mistake, and who stopped it was not the program.
      const own = error instanceof AgentError && (error.code === "call_failed" || error.code === "call_timed_out");
      if (own && !this.#stopped) this.#onOutcome({ ok: false });
      if (own && error.code === "call_timed_out") this.stop();
      throw this.#stopped && !own ? new AgentError("instance_stopped", undefined, { cause: error }) : error;
    }
  }

  /** No call is answered after it. */
  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#host.stop();
  }
}
