/** A clock that stands still until it is told otherwise. */
import type { Clock } from "@tau-edge/ports";

export class ManualClock implements Clock {
  #now_unix_ms: number;

  /** @param now_unix_ms 2026-01-01T00:00:00Z unless said otherwise */
  constructor(now_unix_ms = 1_767_225_600_000) {
    this.#now_unix_ms = now_unix_ms;
  }

  nowUnixMs(): number {
    return this.#now_unix_ms;
  }

  set(now_unix_ms: number): void {
    this.#now_unix_ms = now_unix_ms;
  }

  /** @param by_ms negative to turn the clock back */
  advance(by_ms: number): void {
    this.#now_unix_ms += by_ms;
  }
}
