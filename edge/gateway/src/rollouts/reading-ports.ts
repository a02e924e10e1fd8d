/** The ports of a place that only reads: what would write says that it does not. */
import type { RolloutPorts } from "@tau-edge/control";
import type { Sha256 } from "@tau-edge/encoding";
import {
  type Clock,
  type CollectionReader,
  type CommitPointerReader,
  type LedgerReader,
  type MetricWindowsReader,
  type ObjectReader,
  PortError,
} from "@tau-edge/ports";

export interface CollectedStores {
  /** Of the same ledger and objects. Absent where nothing is ever collected. */
  readonly collection?: Pick<CollectionReader, "mark" | "collectedBy">;
}

export interface ReadingStores extends CollectedStores {
  readonly ledger: LedgerReader;
  readonly objects: ObjectReader;
  readonly clock: Clock;
  readonly sha256: Sha256;
  /** Absent where pointers are not kept: views are without them. */
  readonly pointers?: CommitPointerReader;
  /** Absent where observations are not counted: views are without them. */
  readonly windows?: MetricWindowsReader;
}

export function readingPorts(stores: ReadingStores): Omit<RolloutPorts, "catalog" | "streams"> {
  const { ledger, objects, pointers, windows, clock, sha256 } = stores;
  return {
    clock,
    sha256,
    ledger: {
      streams: () => ledger.streams(),
      ends: () => ledger.ends(),
      head: (stream) => ledger.head(stream),
      read: (stream, from, limit) => ledger.read(stream, from, limit),
      append: refuse,
    },
    objects: {
      stat: (digest) => objects.stat(digest),
      open: (digest) => objects.open(digest),
      read: (digest, max) => objects.read(digest, max),
      putIfAbsent: refuse,
    },
    pointers: {
      read: async (key) => pointers?.read(key),
      list: async (stream) => (await pointers?.list(stream)) ?? [],
      publish: refuse,
    },
    windows: {
      progress: (id, now, abandon) => windows?.progress(id, now, abandon) ?? refuse(),
      lateCount: (rolloutId) => windows?.lateCount(rolloutId) ?? refuse(),
      add: refuse,
      freeze: refuse,
      forget: refuse,
    },
    checks: { run: refuse },
    space: { freeBytes: async () => undefined },
  };
}

function refuse(): Promise<never> {
  return Promise.reject(new PortError("store_unavailable", "gateway", "This gateway only reads"));
}
