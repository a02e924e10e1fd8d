/** The windows of rollouts, as they look from outside their Durable Objects: one for each rollout. */
import {
  type FrozenWindow,
  type MetricWindows,
  PortError,
  type ReportOutcome,
  type ReportRequest,
  WINDOW_BATCHES_MAX,
} from "@tau-edge/ports";
import { progress, type WindowId, type WindowProgress } from "@tau-edge/rollout";
import { type DurableAnswer, valueIn } from "./durable-answer.ts";
import type { WindowsDurableObject } from "./windows-durable-object.ts";

type Stub = DurableObjectStub<WindowsDurableObject>;

export class DurableMetricWindows implements MetricWindows {
  readonly #namespace: DurableObjectNamespace<WindowsDurableObject>;
  readonly #batchesMax: number;

  constructor(
    namespace: DurableObjectNamespace<WindowsDurableObject>,
    { batches_max = WINDOW_BATCHES_MAX }: { readonly batches_max?: number } = {},
  ) {
    this.#namespace = namespace;
    this.#batchesMax = batches_max;
  }

  async progress(id: WindowId, now_unix_ms: number, abandon_after_ms: number): Promise<WindowProgress> {
    const shards = await this.#ask(id.rollout_id, (stub) => stub.counters(id));
    const counters = shards.map((short) => ({ ...short, starts: pairsOf(short.starts) }));
    return progress(counters, now_unix_ms, abandon_after_ms);
  }

  lateCount(rollout_id: string): Promise<number> {
    return this.#ask(rollout_id, (stub) => stub.lateCount(rollout_id));
  }

  add(request: ReportRequest): Promise<ReportOutcome> {
    return this.#ask(request.id.rollout_id, (stub) => stub.add(request, this.#batchesMax));
  }

  async freeze(id: WindowId, frozen_unix_ms: number): Promise<FrozenWindow> {
    const frozen = await this.#ask(id.rollout_id, (stub) => stub.freeze(id, frozen_unix_ms));
    const shards = frozen.shards.map(({ shard, counters }) => {
      const { starts, latency } = counters;
      return { shard, counters: { ...counters, starts: pairsOf(starts), latency: pairsOf(latency) } };
    });
    return { frozen_unix_ms: frozen.frozen_unix_ms, shards };
  }

  forget(id: WindowId): Promise<void> {
    return this.#ask(id.rollout_id, (stub) => stub.forget(id));
  }

  /** A stub belongs to the request that made it, so each call makes its own. */
  async #ask<T>(rollout_id: string, call: (stub: Stub) => Promise<DurableAnswer<T>>): Promise<T> {
    let answer: DurableAnswer<T>;
    try {
      answer = await call(this.#namespace.getByName(rollout_id));
    } catch (cause) {
      throw new PortError("store_unavailable", rollout_id, "The Durable Object of its windows does not answer", {
        cause,
      });
    }
    return valueIn(answer);
  }
}

/** The compiler takes what crossed the boundary for lists of any length. */
function pairsOf(lists: readonly (readonly number[])[]): readonly (readonly [number, number])[] {
  return lists.map(([key = 0, count = 0]) => [key, count]);
}
