/** A collection that keeps its promises, made of parts that a test can replace by ones that do not. */
import { type Digest, digestOf, sha256 } from "@tau-edge/encoding";
import type { StoredRecord } from "@tau-edge/ledger";
import type { CollectionStore, MarkedObject, NamedObject, StoredObject } from "../collection-store.ts";
import { PortError } from "../errors.ts";
import type { AppendRequest, AppendResult, LedgerStore } from "../ledger-store.ts";
import type { ObjectStore } from "../object-store.ts";
import { lastAppended, type StoredRow, sealAppend, verifyHead } from "../sealing.ts";
import type { CollectionPlace, CollectionStoreHarness } from "./collection-samples.ts";

/** What is stored. */
export class CollectionDisk {
  readonly objects = new Map<Digest, { readonly bytes: Uint8Array; renewed_unix_ms: number }>();
  readonly rows = new Map<string, StoredRow[]>();
  readonly named: NamedObject[] = [];
  readonly marks = new Map<Digest, MarkedObject>();
  readonly collected = new Map<Digest, { readonly stream: string; readonly seq: number }>();
  now_unix_ms = 0;

  seqOf(stream: string): number {
    return (this.rows.get(stream) ?? []).length - 1;
  }

  append(request: AppendRequest, also: (records: readonly StoredRecord[]) => void = () => undefined): AppendResult {
    const rows = this.rows.get(request.stream) ?? [];
    const result = sealAppend(request, verifyHead(rows.slice(-2), request.stream, sha256), sha256);
    if (result.outcome === "conflict") return result;
    const missing = request.objects.find((digest) => !this.objects.has(digest));
    if (missing !== undefined) throw new PortError("object_condemned", missing, "");
    for (const { record, bytes, hash } of result.records) {
      rows.push({ seq: record.seq, bytes, hash });
      for (const digest of new Set(request.objects))
        this.named.push({ digest, stream: request.stream, seq: record.seq });
    }
    this.rows.set(request.stream, rows);
    for (const digest of request.objects) {
      this.marks.delete(digest);
      this.collected.delete(digest);
    }
    also(result.records);
    return result;
  }
}

export function soundCollection(disk: CollectionDisk): CollectionStore {
  const { marks, collected, objects } = disk;
  const { collect, condemn } = marking(disk);
  return {
    condemn,
    collect,
    async *stored() {
      const all = [...objects].map(([digest, { bytes, renewed_unix_ms }]): StoredObject => {
        return { digest, size_bytes: bytes.length, renewed_unix_ms };
      });
      yield all.sort((a, b) => (a.digest < b.digest ? -1 : 1));
    },
    async *named() {
      const order = ({ digest, stream, seq }: NamedObject) => `${digest} ${stream} ${String(seq).padStart(9, "0")}`;
      yield [...disk.named].sort((a, b) => (order(a) < order(b) ? -1 : 1));
    },
    async *marks() {
      yield [...marks.values()].sort((a, b) => (a.digest < b.digest ? -1 : 1));
    },
    mark: async (digest) => marks.get(digest),
    collectedBy: async (digest) => collected.get(digest),
    async rescind(digests) {
      const found = [...new Set(digests)].filter((digest) => marks.get(digest)?.mark === "condemned");
      for (const digest of found) marks.delete(digest);
      return found.length;
    },
    async sweep(objects_max) {
      const all = [...marks.values()].filter(({ mark }) => mark === "collected");
      const result = { removed: 0, size_bytes: 0, left: all.length > objects_max };
      for (const { digest } of all.slice(0, objects_max)) {
        result.size_bytes += objects.get(digest)?.bytes.length ?? 0;
        if (objects.delete(digest)) result.removed += 1;
        marks.delete(digest);
      }
      return result;
    },
  };
}

function marking(disk: CollectionDisk): Pick<CollectionStore, "condemn" | "collect"> {
  const { marks, collected } = disk;
  return {
    condemn: async (append, digests) =>
      disk.append(append, (records) => {
        for (const digest of digests)
          if (!marks.has(digest)) marks.set(digest, { digest, mark: "condemned", ...lastAppended(records) });
      }),
    async collect(append, digests, { condemned_seq, system_seq }) {
      if (disk.seqOf(append.stream) !== append.expected_seq) return disk.append(append);
      if (disk.seqOf("system") !== system_seq) return { outcome: "overtaken", digests: [] };
      const gone = digests.filter((digest) => {
        const { mark, stream, seq } = marks.get(digest) ?? {};
        return !(mark === "condemned" && stream === append.stream && seq === condemned_seq);
      });
      if (gone.length > 0) return { outcome: "overtaken", digests: gone };
      return disk.append(append, (records) => {
        const place = lastAppended(records);
        for (const digest of digests) {
          marks.set(digest, { digest, mark: "collected", ...place });
          collected.set(digest, { stream: place.stream, seq: place.seq });
        }
      });
    },
  };
}

/** What a flaw replaces. */
export interface CollectionFlaw {
  readonly collection?: Partial<CollectionStore>;
  readonly append?: LedgerStore["append"];
}

export function collectionHarness(
  flawOf: (sound: CollectionStore, disk: CollectionDisk) => CollectionFlaw,
): CollectionStoreHarness {
  const disk = new CollectionDisk();
  const place = (): CollectionPlace => {
    const sound = soundCollection(disk);
    const flaw = flawOf(sound, disk);
    return {
      ledger: { ...ledgerOf(disk), ...(flaw.append === undefined ? {} : { append: flaw.append }) },
      objects: objectsOf(disk),
      collection: { ...sound, ...flaw.collection },
    };
  };
  return {
    ...place(),
    sha256,
    reopen: async () => place(),
    setClock: (now_unix_ms) => {
      disk.now_unix_ms = now_unix_ms;
    },
    close: async () => undefined,
  };
}

/** As far as the suite asks it. */
function ledgerOf(disk: CollectionDisk): LedgerStore {
  return {
    streams: async () => [...disk.rows.keys()],
    ends: async () => [],
    head: async (stream) => verifyHead((disk.rows.get(stream) ?? []).slice(-2), stream, sha256),
    read: async () => [],
    append: async (request) => disk.append(request),
  };
}

function objectsOf(disk: CollectionDisk): ObjectStore {
  const { objects } = disk;
  return {
    stat: async (digest) => {
      const found = objects.get(digest);
      return found && { digest, size_bytes: found.bytes.length };
    },
    open: async () => undefined,
    read: async (digest) => objects.get(digest)?.bytes,
    async putIfAbsent(digest, bytes) {
      if (digestOf(sha256(bytes)) !== digest) throw new TypeError("not the digest of these bytes");
      const created = !objects.has(digest);
      objects.set(digest, { bytes, renewed_unix_ms: disk.now_unix_ms });
      return created;
    },
  };
}
