/** What several processes share, and the ports through which each of them sees it. */
import {
  type Faults,
  type MemoryArms,
  MemoryChecks,
  MemoryCollectionRows,
  MemoryCollectionStore,
  MemoryCommitPointers,
  MemoryDeploymentFiles,
  MemoryLedgerStore,
  MemoryMetricWindows,
  MemoryObjectStore,
  MemorySpace,
} from "@tau-edge/adapter-memory";
import { nativeSha256 } from "@tau-edge/adapter-node";
import {
  askCollected,
  type CollectionPorts,
  openCatalog,
  openRolloutStreams,
  type RolloutPorts,
  type StorePorts,
} from "@tau-edge/control";
import type { Digest } from "@tau-edge/encoding";
import type { Clock, CollectionStore, DeploymentFiles, LedgerStore, StoredRow } from "@tau-edge/ports";

/** Objects that remember which of them were removed since somebody asked. */
class WatchedObjects extends Map<Digest, Uint8Array> {
  #removed: Digest[] = [];

  override delete(digest: Digest): boolean {
    if (this.has(digest)) this.#removed.push(digest);
    return super.delete(digest);
  }

  takeRemoved(): readonly Digest[] {
    const removed = this.#removed;
    this.#removed = [];
    return removed;
  }
}

export interface MemberPorts extends RolloutPorts, StorePorts, CollectionPorts {
  readonly files: DeploymentFiles;
  readonly default_output_dir: string;
}

/** What is put between a process and its stores. */
export interface Between {
  /** Around all of them. */
  port<Port extends object>(port: Port): Port;
  /** Around those that append, below `port`. */
  store<Store extends LedgerStore | CollectionStore>(store: Store): Store;
}

export class SharedDisk {
  readonly objects = new WatchedObjects();
  readonly rows = new Map<string, StoredRow[]>();
  readonly beside: MemoryCollectionRows;
  readonly pointers = new Map<string, Uint8Array>();
  readonly arms: MemoryArms = new Map();
  readonly files = new Map<string, Uint8Array>();
  readonly #space = new MemorySpace();

  /** @param from what to begin with */
  constructor(from?: SharedDisk) {
    this.beside = new MemoryCollectionRows(from?.beside);
    if (from === undefined) return;
    for (const [digest, bytes] of from.objects) this.objects.set(digest, bytes);
    for (const [stream, rows] of from.rows) this.rows.set(stream, [...rows]);
    for (const [key, bytes] of from.pointers) this.pointers.set(key, bytes);
    for (const [id, arms] of structuredClone(from.arms)) this.arms.set(id, arms);
    for (const [path, bytes] of from.files) this.files.set(path, bytes);
  }

  portsOf(clock: Clock, faults: Faults, between: Between): MemberPorts {
    const { rows, beside, pointers, arms, files } = this;
    const sha256 = nativeSha256;
    const store = new MemoryLedgerStore({ rows, beside, objects: this.objects, faults, sha256 });
    const marks = new MemoryCollectionStore({ ledger: store, objects: this.objects, faults });
    const ledger = between.port(between.store<LedgerStore>(store));
    const collection = between.port(between.store<CollectionStore>(marks));
    const objects = between.port(new MemoryObjectStore({ objects: this.objects, faults, clock, sha256 }));
    return {
      objects,
      ledger,
      collection,
      pointers: between.port(new MemoryCommitPointers({ pointers, faults })),
      windows: between.port(new MemoryMetricWindows({ arms, faults })),
      files: between.port(new MemoryDeploymentFiles({ objects: this.objects, files, faults, sha256 })),
      checks: new MemoryChecks(),
      space: this.#space,
      default_output_dir: "wasm-artifacts",
      clock,
      sha256,
      catalog: openCatalog(ledger, askCollected(collection, objects)),
      streams: openRolloutStreams(ledger),
    };
  }
}
