/** What a process acknowledges, said by the stores themselves at the moment in which they do. */
import { toHex } from "@tau-edge/encoding";
import type { ReportOutcome, ReportRequest } from "@tau-edge/ports";
import type { WindowId } from "@tau-edge/rollout";
import type { Stores } from "./rollout-story.ts";

export type RolloutAcknowledged =
  | { readonly said: "records"; readonly stream: string; readonly seq: number; readonly hash: string }
  | {
      readonly said: "batch";
      readonly id: WindowId;
      readonly reporter: string;
      readonly observations: number;
      readonly outcome: ReportOutcome;
    }
  | { readonly said: "pointer"; readonly key: string }
  | { readonly said: "ended"; readonly rollout_id: string; readonly status: string }
  | { readonly said: "failed"; readonly code: string; readonly again: string };

export type Say = (what: RolloutAcknowledged) => void;

/** Stores that say what they have acknowledged. */
export function saying(stores: Stores, say: Say): Stores {
  const { objects, ledger, pointers, windows } = stores;
  return {
    objects,
    ledger: {
      streams: () => ledger.streams(),
      ends: () => ledger.ends(),
      head: (stream) => ledger.head(stream),
      read: (stream, from, limit) => ledger.read(stream, from, limit),
      append: async (request) => {
        const result = await ledger.append(request);
        const { stream } = request;
        if (result.outcome === "appended")
          say({ said: "records", stream, seq: result.head.seq, hash: toHex(result.head.hash) });
        return result;
      },
    },
    pointers: {
      read: (key) => pointers.read(key),
      list: (stream) => pointers.list(stream),
      publish: async (key, bytes) => {
        const outcome = await pointers.publish(key, bytes);
        say({ said: "pointer", key });
        return outcome;
      },
    },
    windows: {
      progress: (id, now_unix_ms, abandon_after_ms) => windows.progress(id, now_unix_ms, abandon_after_ms),
      lateCount: (rollout_id) => windows.lateCount(rollout_id),
      freeze: (id, frozen_unix_ms) => windows.freeze(id, frozen_unix_ms),
      forget: (id) => windows.forget(id),
      add: async (request) => {
        const outcome = await windows.add(request);
        say(batchSaid(request, outcome));
        return outcome;
      },
    },
  };
}

export function batchSaid({ id, batch }: ReportRequest, outcome: ReportOutcome): RolloutAcknowledged {
  const observations = batch.ok_latency_us.length + batch.failed;
  return { said: "batch", id, reporter: batch.reporter, observations, outcome };
}
