/** Failures on demand: the nth write fails with a code, or the process dies before or after it. */
import { PortError } from "@tau-edge/ports";

/** Stands for a process that is gone: nothing after it happens. Never a PortError, so that no code handles it. */
export class SimulatedCrash extends Error {
  override readonly name = "SimulatedCrash";
}

export type Fault = "store_full" | "store_unavailable" | "store_poisoned" | "crash_before" | "crash_after";

/** Counts the writes of the stores that share it, and lets chosen ones fail. */
export class Faults {
  readonly #planned = new Map<number, Fault>();
  #writes = 0;
  #ended: (() => Error) | undefined;

  /** Writes so far, which a test reads to know how many there are to fail. */
  get writes(): number {
    return this.#writes;
  }

  /** @param nth counted from 1, over all stores that share this object */
  plan(nth: number, fault: Fault): this {
    this.#planned.set(nth, fault);
    return this;
  }

  /** Performs one write, or fails as planned. */
  write<T>(at: string, effect: () => T): T {
    if (this.#ended !== undefined) throw this.#ended();
    this.#writes += 1;
    const fault = this.#planned.get(this.#writes);
    if (fault === "crash_before") throw this.#end(() => new SimulatedCrash(`before write ${this.#writes} at ${at}`));
    if (fault === "store_poisoned")
      throw this.#end(() => new PortError(fault, at, "A write could not be made durable"));
    if (fault === "store_full" || fault === "store_unavailable") throw new PortError(fault, at, "Planned by the test");
    const result = effect();
    if (fault === "crash_after") throw this.#end(() => new SimulatedCrash(`after write ${this.#writes} at ${at}`));
    return result;
  }

  #end(error: () => Error): Error {
    this.#ended = error;
    return error();
  }
}
