/** What a window of observations is, and what has been counted in it. */
import type { Digest } from "@tau-edge/encoding";

/** Which observations belong together: one arm of one window. Stage -1 never has one; the watch is the stage after the last. */
export interface WindowId {
  readonly rollout_id: string;
  readonly attempt: number;
  readonly stage: number;
  /** Windows of a stage follow each other, from 0. */
  readonly window: number;
  /** The release whose keys are observed: the candidate's or the baseline's. */
  readonly release: Digest;
}

/**
 * Counters of one shard (a lane, or a part of one). All add up, so shards merge in any order to the same values.
 * Latencies are of successful ends only: a release that fails fast must not look fast.
 */
export interface WindowCounters {
  /** Ends with success. */
  readonly ok: number;
  /** Ends with failure. */
  readonly failed: number;
  /** Ends (of the above) whose start was reported earlier. */
  readonly ended: number;
  /** Starts that were reported on their own, by slot of arrival: [slot, count], ascending; a slot is START_SLOT_MS long. */
  readonly starts: readonly (readonly [slot: number, count: number])[];
  /** Histogram of latencies in microseconds: [bucket, count], ascending. */
  readonly latency: readonly (readonly [bucket: number, count: number])[];
  /** Unix ms when the first and the last end arrived. */
  readonly first_unix_ms?: number;
  readonly last_unix_ms?: number;
}

/** A batch as a reporter sends it, already checked. The batch is the unit of idempotency (decisions 4). */
export interface ReportBatch {
  /** Who reports; ids are unique for one reporter. */
  readonly reporter: string;
  readonly batch_id: string;
  /** One entry for each success, in microseconds. */
  readonly ok_latency_us: readonly number[];
  readonly failed: number;
  /** Starts that end in a later batch, or never. */
  readonly started: number;
  /** Of the ends in this batch, those whose start came in an earlier one. */
  readonly ended: number;
}

/** What is known of an open window, without its histogram: enough to see whether it is time to freeze it. */
export interface WindowProgress {
  /** Ends, and starts that were abandoned by now. */
  readonly total: number;
  readonly failed: number;
  readonly last_unix_ms?: number;
}
