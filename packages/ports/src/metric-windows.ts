/** What was observed of a release, window by window, until it is frozen into evidence. */
import type { ReportBatch, WindowCounters, WindowId, WindowProgress } from "@tau-edge/rollout";

export interface ReportRequest {
  /** The caller has checked that this is the open window of the reporter's arm. */
  readonly id: WindowId;
  /** A lane of the plan, or a part of one; the caller has checked that too. */
  readonly shard: string;
  readonly batch: ReportBatch;
  /** By the caller's clock. */
  readonly arrived_unix_ms: number;
  /** Observations that one reporter may add to this window, over all its batches. */
  readonly reporter_observations_max: number;
}

/** `late`: the window was frozen before; the batch is counted as late and changes no evidence. */
export type ReportOutcome = "added" | "duplicate" | "late";

export interface FrozenWindow {
  /** When it was frozen first. */
  readonly frozen_unix_ms: number;
  /** Sorted by the name of the shard (UTF-8). */
  readonly shards: readonly { readonly shard: string; readonly counters: WindowCounters }[];
}

export interface MetricWindowsReader {
  /**
   * What was counted so far, over all shards. Cheap: it reads no histogram. An unknown window has counted nothing.
   * @param abandon_after_ms a start without an end is a failure after this
   */
  progress(id: WindowId, now_unix_ms: number, abandon_after_ms: number): Promise<WindowProgress>;
  /** Batches that came after their windows were frozen, over all windows of the rollout, forgotten ones included. */
  lateCount(rollout_id: string): Promise<number>;
}

/** All methods may be called by several processes at once. What they have acknowledged survives a power cut. */
export interface MetricWindows extends MetricWindowsReader {
  /**
   * Counts a batch once, however often it is sent: its id is unique for its reporter within a window, and what comes
   * again under it is a duplicate, whatever is in it. The first batch opens the window.
   * @throws PortError `reporter_cap` (the reporter would exceed its observations), `reports_full` (the window remembers
   *   as many batch ids as it may, or too many batches wait to be written), `store_full`, `store_poisoned`,
   *   `store_unavailable`, `windows_corrupt`, `windows_newer`. Nothing of the batch is counted.
   */
  add(request: ReportRequest): Promise<ReportOutcome>;
  /**
   * Closes the window: batches are late from now on. A second call returns what the first one did. A window that nobody
   * reported to is frozen empty.
   * @throws PortError `window_forgotten`, and what `add` throws for the store
   */
  freeze(id: WindowId, frozen_unix_ms: number): Promise<FrozenWindow>;
  /**
   * Lets go of a frozen window whose snapshot is recorded. Batches for it, and for windows before it that are not
   * there, are still late: windows of a rollout follow each other by attempt, stage and number. Idempotent.
   * @throws RangeError when the window is still open: its evidence would be lost
   */
  forget(id: WindowId): Promise<void>;
}
