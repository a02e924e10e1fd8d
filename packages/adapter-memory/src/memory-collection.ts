/** Marks and the deletion of objects, over a ledger and objects in memory. */
import type { Digest } from "@tau-edge/encoding";
import { SYSTEM_STREAM } from "@tau-edge/ledger";
import {
  type AppendRequest,
  type AppendResult,
  type CollectExpectation,
  type CollectionStore,
  type CollectResult,
  lastAppended,
  type MarkedObject,
  type NamedObject,
  type StoredObject,
  SWEEP_OBJECTS_MAX,
  type SweepResult,
} from "@tau-edge/ports";
import { Faults } from "./faults.ts";
import { type Collected, renewalsOf } from "./memory-collection-rows.ts";
import type { MemoryLedgerStore } from "./memory-ledger.ts";

/** Small, so that readers meet more than one in tests. */
const PAGE_ENTRIES = 8;

export interface MemoryCollectionOptions {
  readonly ledger: MemoryLedgerStore;
  /** Those that the records of the ledger name. */
  readonly objects: Map<Digest, Uint8Array>;
  readonly faults?: Faults;
}

export class MemoryCollectionStore implements CollectionStore {
  readonly #ledger: MemoryLedgerStore;
  readonly #objects: Map<Digest, Uint8Array>;
  readonly #faults: Faults;

  constructor({ ledger, objects, faults }: MemoryCollectionOptions) {
    this.#ledger = ledger;
    this.#objects = objects;
    this.#faults = faults ?? new Faults();
  }

  stored(): AsyncIterable<readonly StoredObject[]> {
    const renewed = renewalsOf(this.#objects);
    const all = [...this.#objects].map(([digest, { length }]) => ({
      digest,
      size_bytes: length,
      renewed_unix_ms: renewed.get(digest) ?? 0,
    }));
    return inPages(all);
  }

  named(): AsyncIterable<readonly NamedObject[]> {
    return inPages(this.#ledger.beside.named);
  }

  marks(): AsyncIterable<readonly MarkedObject[]> {
    return inPages([...this.#ledger.beside.marks.values()]);
  }

  async mark(digest: Digest): Promise<MarkedObject | undefined> {
    return this.#ledger.beside.marks.get(digest);
  }

  async collectedBy(digest: Digest): Promise<Collected | undefined> {
    return this.#ledger.beside.collected.get(digest);
  }

  async condemn(append: AppendRequest, digests: readonly Digest[]): Promise<AppendResult> {
    const { marks } = this.#ledger.beside;
    return this.#ledger.appendWith(append, {
      also: (appended) => {
        const place = lastAppended(appended);
        for (const digest of digests)
          if (!marks.has(digest)) marks.set(digest, { digest, mark: "condemned", ...place });
      },
    });
  }

  async collect(
    append: AppendRequest,
    digests: readonly Digest[],
    { condemned_seq, system_seq }: CollectExpectation,
  ): Promise<CollectResult> {
    const { marks, collected } = this.#ledger.beside;
    const isCondemned = (digest: Digest): boolean => {
      const found = marks.get(digest);
      return found?.mark === "condemned" && found.stream === append.stream && found.seq === condemned_seq;
    };
    return this.#ledger.appendWith<CollectResult>(append, {
      instead: () => {
        if (this.#systemSeq() !== system_seq) return { outcome: "overtaken", digests: [] };
        const gone = digests.filter((digest) => !isCondemned(digest));
        return gone.length === 0 ? undefined : { outcome: "overtaken", digests: gone };
      },
      also: (appended) => {
        const place = lastAppended(appended);
        for (const digest of digests) {
          marks.set(digest, { digest, mark: "collected", ...place });
          collected.set(digest, { stream: place.stream, seq: place.seq });
        }
      },
    });
  }

  async rescind(digests: readonly Digest[]): Promise<number> {
    const { marks } = this.#ledger.beside;
    const condemned = new Set(digests.filter((digest) => marks.get(digest)?.mark === "condemned"));
    if (condemned.size > 0) this.#faults.write("marks", () => removeAll(condemned, marks));
    return condemned.size;
  }

  async sweep(objects_max: number): Promise<SweepResult> {
    const { marks } = this.#ledger.beside;
    const collected = [...marks.values()].filter(({ mark }) => mark === "collected").map(({ digest }) => digest);
    const now = collected.sort().slice(0, Math.min(objects_max, SWEEP_OBJECTS_MAX));
    let removed = 0;
    let size_bytes = 0;
    for (const digest of now) {
      const bytes = this.#objects.get(digest);
      if (bytes === undefined) continue;
      this.#faults.write(digest, () => this.#objects.delete(digest));
      removed += 1;
      size_bytes += bytes.length;
    }
    if (now.length > 0) this.#faults.write("marks", () => removeAll(now, marks));
    return { removed, size_bytes, left: now.length < collected.length };
  }

  #systemSeq(): number {
    return this.#ledger.rows.get(SYSTEM_STREAM)?.at(-1)?.seq ?? -1;
  }
}

function removeAll(digests: Iterable<Digest>, marks: Map<Digest, MarkedObject>): void {
  for (const digest of digests) marks.delete(digest);
}

async function* inPages<T extends { readonly digest: Digest; readonly stream?: string; readonly seq?: number }>(
  all: readonly T[],
): AsyncGenerator<readonly T[]> {
  const order = ({ digest, stream = "", seq = 0 }: T) => `${digest} ${stream} ${String(seq).padStart(16, "0")}`;
  const sorted = all.map((entry) => [order(entry), entry] as const).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  for (let at = 0; at < sorted.length; at += PAGE_ENTRIES)
    yield sorted.slice(at, at + PAGE_ENTRIES).map(([, entry]) => entry);
}
