/**
 * Counting: batches into counters, counters into each other. Counters hold sums, first and last times, nothing else, so
 * the order of arrival leaves no trace. That is also why starts and ends are not matched when they arrive: how many
 * starts are overdue, less how many ended, is a difference of two sums, and is taken when somebody asks. It supposes
 * that ends belong to the oldest starts; an end of a younger start hides an overdue one until the younger is overdue
 * too, and no failure is counted that did not happen.
 */
import { START_SLOT_MS } from "../limits.ts";
import { histogramOf, mergeHistograms } from "./histogram.ts";
import { addCounts, addSparse, type SparseCounts, sumOfCounts } from "./sparse-counts.ts";
import type { ReportBatch, WindowCounters, WindowProgress } from "./window.ts";

export const EMPTY_COUNTERS: WindowCounters = { ok: 0, failed: 0, ended: 0, starts: [], latency: [] };

/**
 * @param batch one that `refuseBatch` lets through
 * @throws RolloutError `counter_overflow`
 */
export function addBatch(counters: WindowCounters, batch: ReportBatch, arrived_unix_ms: number): WindowCounters {
  const ends = batch.ok_latency_us.length + batch.failed;
  const slot = Math.floor(arrived_unix_ms / START_SLOT_MS);
  return mergeCounters(counters, {
    ok: batch.ok_latency_us.length,
    failed: batch.failed,
    ended: batch.ended,
    starts: batch.started === 0 ? [] : [[slot, batch.started]],
    latency: histogramOf(batch.ok_latency_us),
    // A start alone is no evidence of health, so it does not keep a window from going stale.
    ...(ends === 0 ? {} : { first_unix_ms: arrived_unix_ms, last_unix_ms: arrived_unix_ms }),
  });
}

/**
 * Commutative and associative, with `EMPTY_COUNTERS` as its neutral value.
 * @throws RolloutError `counter_overflow`
 */
export function mergeCounters(a: WindowCounters, b: WindowCounters): WindowCounters {
  const first = earliest([a, b]);
  const last = latest([a, b]);
  return {
    ok: addCounts(a.ok, b.ok, "ok"),
    failed: addCounts(a.failed, b.failed, "failed"),
    ended: addCounts(a.ended, b.ended, "ended"),
    starts: addSparse(a.starts, b.starts, "starts"),
    latency: mergeHistograms(a.latency, b.latency),
    ...(first === undefined ? {} : { first_unix_ms: first }),
    ...(last === undefined ? {} : { last_unix_ms: last }),
  };
}

/** Starts that are older than `abandon_after_ms`; those of a slot all become so when the last of them could be. */
export function overdueStarts(starts: SparseCounts, now_unix_ms: number, abandon_after_ms: number): number {
  const due = starts.filter(([slot]) => (slot + 1) * START_SLOT_MS <= now_unix_ms - abandon_after_ms);
  return sumOfCounts(due, "starts");
}

export interface Ends {
  readonly ok: number;
  readonly failed: number;
  readonly ended: number;
  readonly overdue: number;
}

export interface Totals {
  readonly total: number;
  readonly failed: number;
  readonly abandoned: number;
}

/**
 * Over all parts together, because a start and its end may be reported to different ones.
 * @throws RolloutError `counter_overflow`
 */
export function totalsOf(parts: readonly Ends[]): Totals {
  const sum = (field: keyof Ends) => parts.reduce((total, part) => addCounts(total, part[field], field), 0);
  const abandoned = Math.max(0, sum("overdue") - sum("ended"));
  const failed = addCounts(sum("failed"), abandoned, "failed");
  return { total: addCounts(sum("ok"), failed, "total"), failed, abandoned };
}

/**
 * @param shards of one arm of one window
 * @throws RolloutError `counter_overflow`
 */
export function progress(
  shards: readonly Omit<WindowCounters, "latency">[],
  now_unix_ms: number,
  abandon_after_ms: number,
): WindowProgress {
  const parts = shards.map(({ starts, ...ends }) => ({
    ...ends,
    overdue: overdueStarts(starts, now_unix_ms, abandon_after_ms),
  }));
  const { total, failed } = totalsOf(parts);
  const last = latest(shards);
  return { total, failed, ...(last === undefined ? {} : { last_unix_ms: last }) };
}

export function latest(parts: readonly { readonly last_unix_ms?: number }[]): number | undefined {
  const times = parts.flatMap(({ last_unix_ms }) => (last_unix_ms === undefined ? [] : [last_unix_ms]));
  return times.length === 0 ? undefined : Math.max(...times);
}

function earliest(parts: readonly { readonly first_unix_ms?: number }[]): number | undefined {
  const times = parts.flatMap(({ first_unix_ms }) => (first_unix_ms === undefined ? [] : [first_unix_ms]));
  return times.length === 0 ? undefined : Math.min(...times);
}
