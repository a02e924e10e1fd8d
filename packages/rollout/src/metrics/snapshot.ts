/**
 * A frozen window: the only evidence that a verdict looks at. The object is `CBOR(["metrics_snapshot_v1", …])`, and
 * its digest is S3's `metrics_snapshot_hash`.
 */
import { compareUtf8 } from "@tau-edge/encoding";
import { RolloutError } from "../errors.ts";
import { EMPTY_COUNTERS, mergeCounters, overdueStarts, type Totals, totalsOf } from "./counters.ts";
import { mergeHistograms } from "./histogram.ts";
import type { SparseCounts } from "./sparse-counts.ts";
import type { WindowCounters, WindowId } from "./window.ts";

/**
 * `unreachable`: the counters could not be read at all, and are empty. `overflowed`: they do not add up below 2^53, and
 * are empty too.
 */
export const SNAPSHOT_SOURCES = ["counted", "unreachable", "overflowed"] as const;
export type SnapshotSource = (typeof SNAPSHOT_SOURCES)[number];

export interface Snapshot {
  readonly v: 1;
  readonly id: WindowId;
  readonly source: SnapshotSource;
  readonly opened_unix_ms: number;
  readonly frozen_unix_ms: number;
  /** Sorted by name, every lane of the plan among them. */
  readonly lanes: readonly LaneEvidence[];
  /** Ends, and starts abandoned when it was frozen, over all lanes. */
  readonly total: number;
  /** Failures, the abandoned among them. */
  readonly failed: number;
  readonly abandoned: number;
  /** Verdicts of this rollout that were computed again before freezing, and how many came out different. */
  readonly replay?: { readonly replays: number; readonly failures: number };
  /** Results of the external checks that the policy names, sorted by check. */
  readonly checks: readonly ExternalResult[];
}

/** What `WindowCounters` says of a lane, with its starts looked at once: a list of slots would grow with the window. */
export interface LaneEvidence extends Omit<WindowCounters, "starts"> {
  readonly lane: string;
  /** Starts that were overdue when it was frozen, whether they have ended or not. */
  readonly overdue: number;
}

export const CHECK_OUTCOMES = ["passed", "failed", "unreachable"] as const;

export interface ExternalResult {
  readonly check: string;
  readonly outcome: (typeof CHECK_OUTCOMES)[number];
  /** A number that the check printed, as 8 bytes of big-endian binary64; NaN and infinities fail the gate (S3, 0.K). */
  readonly value_f64?: Uint8Array;
}

export interface SnapshotRequest {
  readonly id: WindowId;
  readonly opened_unix_ms: number;
  readonly frozen_unix_ms: number;
  /** Of the plan. */
  readonly lanes: readonly string[];
  readonly abandon_after_ms: number;
  /** In any order, any number for a lane. */
  readonly shards: "unreachable" | readonly { readonly lane: string; readonly counters: WindowCounters }[];
  readonly replay?: { readonly replays: number; readonly failures: number };
  readonly checks: readonly ExternalResult[];
}

/** The same counters give the same snapshot, in whatever order they came. */
export function makeSnapshot(request: SnapshotRequest): Snapshot {
  const { id, opened_unix_ms, frozen_unix_ms, replay, checks } = request;
  return {
    v: 1,
    id,
    opened_unix_ms,
    frozen_unix_ms,
    ...count(request),
    ...(replay === undefined ? {} : { replay }),
    checks: checks.toSorted((a, b) => compareUtf8(a.check, b.check)),
  };
}

type Counted = Totals & Pick<Snapshot, "source" | "lanes">;

function count(request: SnapshotRequest): Counted {
  if (request.shards === "unreachable") return nothing("unreachable", request.lanes);
  try {
    const counters = mergeByLane(request.lanes, request.shards);
    const lanes = [...counters].map(([lane, { starts, ...ends }]) => ({
      lane,
      ...ends,
      overdue: overdueStarts(starts, request.frozen_unix_ms, request.abandon_after_ms),
    }));
    return { source: "counted", lanes, ...totalsOf(lanes) };
  } catch (error) {
    // A verdict can fail on it; an exception would leave the window unjudged for ever.
    if (!(error instanceof RolloutError && error.code === "counter_overflow")) throw error;
    return nothing("overflowed", request.lanes);
  }
}

function nothing(source: SnapshotSource, names: readonly string[]): Counted {
  const { starts: _, ...ends } = EMPTY_COUNTERS;
  const lanes = names.toSorted(compareUtf8).map((lane) => ({ lane, ...ends, overdue: 0 }));
  return { source, lanes, ...totalsOf(lanes) };
}

function mergeByLane(
  lanes: readonly string[],
  shards: readonly { readonly lane: string; readonly counters: WindowCounters }[],
): ReadonlyMap<string, WindowCounters> {
  const byLane = new Map(lanes.toSorted(compareUtf8).map((lane) => [lane, EMPTY_COUNTERS]));
  for (const { lane, counters } of shards) {
    const sum = byLane.get(lane);
    if (sum === undefined) throw new RangeError(`the plan has no lane ${JSON.stringify(lane)}`);
    byLane.set(lane, mergeCounters(sum, counters));
  }
  return byLane;
}

/** Latencies of all lanes. @throws RolloutError `counter_overflow` */
export function mergeLatencies({ lanes }: Snapshot): SparseCounts {
  return lanes.reduce((sum, { latency }) => mergeHistograms(sum, latency), EMPTY_COUNTERS.latency);
}
