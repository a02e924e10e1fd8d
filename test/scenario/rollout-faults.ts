/** Faults that a process could have, planted between the use cases and the stores: each of them must be found. */
import { nativeSha256 } from "@tau-edge/adapter-node";
import { encodeCommitPointer, pointerKey } from "@tau-edge/ledger";
import { type AppendRequest, type LedgerStore, READ_PAGE_RECORDS_MAX, sealAppend } from "@tau-edge/ports";
import { emptyState, evolveAll, lastCommit } from "@tau-edge/rollout";
import { batchSaid, type Say, saying } from "./rollout-saying.ts";
import type { Stores } from "./rollout-story.ts";

type Plant = (stores: Stores, say: Say) => Stores;

const silent: Say = () => undefined;

/** A store with one method exchanged. */
function appending(ledger: LedgerStore, append: LedgerStore["append"]): LedgerStore {
  return {
    streams: () => ledger.streams(),
    ends: () => ledger.ends(),
    head: (stream) => ledger.head(stream),
    read: (stream, from, limit) => ledger.read(stream, from, limit),
    append,
  };
}

export const FAULTS = {
  "records are acknowledged before they are committed": (stores, say) => ({
    ...saying(stores, say),
    ledger: appending(stores.ledger, (request) => {
      const { stream, expected_seq, drafts } = request;
      say({ said: "records", stream, seq: expected_seq + drafts.length, hash: "" });
      return stores.ledger.append(request);
    }),
  }),
  "batches are acknowledged before they are committed": (stores, say) => ({
    ...saying(stores, say),
    windows: {
      ...saying(stores, silent).windows,
      add: (request) => {
        say(batchSaid(request, "added"));
        return stores.windows.add(request);
      },
    },
  }),
  "a batch has another id when it is sent again": (stores, say) => {
    const { windows, ...others } = saying(stores, say);
    const renamed = (id: string) => `${id}-${process.pid}`;
    return {
      ...others,
      windows: {
        ...windows,
        add: ({ batch, ...request }) =>
          windows.add({
            ...request,
            reporter_observations_max: 1_000,
            batch: { ...batch, batch_id: renamed(batch.batch_id) },
          }),
      },
    };
  },
  "windows are forgotten before their snapshots are recorded": (stores, say) => {
    const { windows, ...others } = saying(stores, say);
    return {
      ...others,
      windows: {
        ...windows,
        freeze: async (id, frozen_unix_ms) => {
          const frozen = await windows.freeze(id, frozen_unix_ms);
          await windows.forget(id);
          return frozen;
        },
      },
    };
  },
  "records are written before the objects that they name": (stores, say) => {
    const { objects, ...others } = saying(stores, say);
    const waiting: Parameters<typeof objects.putIfAbsent>[] = [];
    return {
      ...others,
      objects: {
        read: (digest, size_bytes_max) => objects.read(digest, size_bytes_max),
        stat: (digest) => objects.stat(digest),
        open: (digest) => objects.open(digest),
        putIfAbsent: async (digest, bytes) => {
          waiting.push([digest, bytes]);
          return true;
        },
      },
      ledger: appending(others.ledger, async (request) => {
        const result = await others.ledger.append({ ...request, objects: [] });
        for (const [digest, bytes] of waiting.splice(0)) await objects.putIfAbsent(digest, bytes);
        return result;
      }),
    };
  },
  "the records of one decision are appended one by one": (stores, say) => {
    const { ledger, ...others } = saying(stores, say);
    return {
      ...others,
      ledger: appending(ledger, async (request) => {
        const [first, ...rest] = request.drafts;
        let result = await ledger.append({ ...request, drafts: first === undefined ? [] : [first] });
        const records = result.outcome === "appended" ? [...result.records] : [];
        for (const draft of rest) {
          if (result.outcome === "conflict") return result;
          result = await ledger.append({ ...request, drafts: [draft], expected_seq: result.head.seq });
          if (result.outcome === "appended") records.push(...result.records);
        }
        return result.outcome === "appended" ? { ...result, records } : result;
      }),
    };
  },
  "the pointer is published before its commit is recorded": (stores, say) => {
    const { ledger, ...others } = saying(stores, say);
    return {
      ...others,
      ledger: appending(ledger, async (request) => {
        if (request.drafts.some(({ type }) => type === "finalize")) await publishEarly(stores, request);
        return ledger.append(request);
      }),
    };
  },
} as const satisfies { readonly [fault: string]: Plant };

export type Fault = keyof typeof FAULTS;

export function isFault(text: string | undefined): text is Fault {
  return text !== undefined && Object.hasOwn(FAULTS, text);
}

async function publishEarly({ ledger, pointers }: Stores, request: AppendRequest): Promise<void> {
  const { stream } = request;
  const before = await ledger.read(stream, 0, READ_PAGE_RECORDS_MAX);
  const sealed = sealAppend(request, await ledger.head(stream), nativeSha256);
  const after = sealed.outcome === "appended" ? sealed.records : [];
  const commit = lastCommit(evolveAll(emptyState(stream), [...before, ...after]));
  if (commit === undefined) return;
  const { rollout_id, trace_tail_hash, checkpoint_hash, lineage_root_hash, wal_terminal_hash } = commit;
  const hashes = { trace_tail_hash, checkpoint_hash, lineage_root_hash, wal_terminal_hash };
  await pointers.publish(pointerKey(stream, rollout_id), encodeCommitPointer({ v: 1, rollout_id, ...hashes }));
}
