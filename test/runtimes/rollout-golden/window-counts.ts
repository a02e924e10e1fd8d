/** What is counted in every arm of every window of a stream, lane by lane. */
import {
  addBatch,
  EMPTY_COUNTERS,
  progress,
  type ReportBatch,
  refuseBatch,
  type WindowCounters,
  type WindowId,
  type WindowProgress,
} from "@tau-edge/rollout";

export class WindowCounts {
  readonly #arms = new Map<string, Map<string, WindowCounters>>();

  add(id: WindowId, lane: string, batch: ReportBatch, arrived_unix_ms: number): void {
    const refusal = refuseBatch(batch);
    if (refusal !== undefined) throw new RangeError(`${refusal.code} at ${refusal.at}`);
    const key = keyOf(id);
    const arm = this.#arms.get(key) ?? new Map<string, WindowCounters>();
    arm.set(lane, addBatch(arm.get(lane) ?? EMPTY_COUNTERS, batch, arrived_unix_ms));
    this.#arms.set(key, arm);
  }

  shards(id: WindowId): readonly { readonly lane: string; readonly counters: WindowCounters }[] {
    return [...(this.#arms.get(keyOf(id)) ?? [])].map(([lane, counters]) => ({ lane, counters }));
  }

  progress(id: WindowId, now_unix_ms: number, abandon_after_ms: number): WindowProgress {
    const shards = this.shards(id).map(({ counters }) => counters);
    return progress(shards, now_unix_ms, abandon_after_ms);
  }
}

function keyOf({ rollout_id, attempt, stage, window, release }: WindowId): string {
  return [rollout_id, attempt, stage, window, release].join(" ");
}
