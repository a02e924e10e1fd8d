/** How long requests take: one histogram for each operation and class of status, made when it is needed first. */
import type { MonotonicClock } from "@tau-edge/ports";
import type { Exposition } from "./exposition.ts";

/** Most answers come from memory, in less than the first; few come from a disk that is busy, in more than the last. */
export const DURATION_BOUNDS_SECONDS = [
  0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
] as const;
const BOUNDS_MS = Float64Array.from(DURATION_BOUNDS_SECONDS, (bound) => bound * 1_000);
const STATUS_CLASSES = ["1xx", "2xx", "3xx", "4xx", "5xx"] as const;

/** Of one operation. */
export interface OperationTimes {
  /** @param status 100 to 599 */
  observe(status: number, duration_ms: number): void;
}

export interface RequestTimes {
  /** Absent where there is nothing to measure with: then nothing is counted. */
  readonly clock: MonotonicClock | undefined;
  readonly waiting: { count: number };
  operation(name: string): OperationTimes;
  write(exposition: Exposition): void;
}

export function makeRequestTimes(clock: MonotonicClock | undefined): RequestTimes {
  const operations = new Map<string, Times>();
  const waiting = { count: 0 };
  return {
    clock,
    waiting,
    operation(name) {
      const times = operations.get(name) ?? new Times();
      operations.set(name, times);
      return times;
    },
    write(exposition) {
      exposition.add("http_requests_in_flight", {}, waiting.count);
      for (const [operation, times] of operations) times.write(operation, exposition);
    },
  };
}

interface Cells {
  readonly counts: Float64Array;
  sum_ms: number;
}

class Times implements OperationTimes {
  readonly #classes: (Cells | undefined)[] = STATUS_CLASSES.map(() => undefined);

  observe(status: number, duration_ms: number): void {
    const cells = this.#cellsOf(Math.floor(status / 100) - 1);
    let at = 0;
    while (at < BOUNDS_MS.length && duration_ms > (BOUNDS_MS[at] ?? 0)) at += 1;
    cells.counts[at] = (cells.counts[at] ?? 0) + 1;
    cells.sum_ms += duration_ms;
  }

  #cellsOf(nth: number): Cells {
    const known = this.#classes[nth];
    if (known !== undefined) return known;
    const cells = { counts: new Float64Array(BOUNDS_MS.length + 1), sum_ms: 0 };
    this.#classes[nth] = cells;
    return cells;
  }

  write(operation: string, exposition: Exposition): void {
    for (const [nth, status_class] of STATUS_CLASSES.entries()) {
      const cells = this.#classes[nth];
      if (cells === undefined) continue;
      const observed = { bounds: DURATION_BOUNDS_SECONDS, counts: cells.counts, sum: cells.sum_ms / 1_000 };
      exposition.histogram("http_request_duration_seconds", { operation, status_class }, observed);
    }
  }
}
