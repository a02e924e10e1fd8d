/** What is asked of the contract runner, with S1's defaults. */
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
