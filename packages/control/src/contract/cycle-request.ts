/** What is asked of the contract runner, with S1's defaults. */
import type { CycleLimits } from "@tau-edge/contract";
import type { Actor } from "@tau-edge/ledger";

export interface FixtureSource {
  /** As the caller named it. */
  readonly file: string;
  /** Its bytes, from the first one; asked for once a cycle. */
  chunks(): AsyncIterable<Uint8Array>;
}

export interface CycleOptions {
  readonly actor: Actor;
  /** At most this many cases are tried; default 64, at least 1. */
  readonly queue_limit?: number;
  /** So many keys of processed cases are remembered; default 10,000, at least 1. */
  readonly processed_case_cap?: number;
  /** The first try counts; default 4, at least 1. */
  readonly retry_max_attempts?: number;
  /** Before the second try; doubles with each further one. Default 0: at once. */
  readonly retry_base_delay_ms?: number;
  /** Reads and evaluates everything, writes nothing and asks no backend. */
  readonly dry_run?: boolean;
  /** The actor vouches for a clock that is far from the last record's time. */
  readonly accept_clock?: boolean;
  /** For the gate of the report; default 24 hours. */
  readonly max_age_ms?: number;
}

export interface CycleRequest extends CycleOptions {
  readonly fixture: FixtureSource;
}

/**
 * With S1's defaults.
 * @throws RangeError for one that is no whole number, or below its least value
 */
export function cycleLimits(options: CycleOptions): CycleLimits {
  return {
    queue_limit: atLeast(1, "queue_limit", options.queue_limit ?? 64),
    processed_case_cap: atLeast(1, "processed_case_cap", options.processed_case_cap ?? 10_000),
    retry_max_attempts: atLeast(1, "retry_max_attempts", options.retry_max_attempts ?? 4),
    retry_base_delay_ms: atLeast(0, "retry_base_delay_ms", options.retry_base_delay_ms ?? 0),
  };
}

function atLeast(least: number, name: keyof CycleLimits, value: number): number {
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new RangeError(`${name} is a whole number from ${least}`);
}
