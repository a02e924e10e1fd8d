/** The story in memory, and what of it another place has to be given to go on with it. */
import {
  ManualClock,
  MemoryCommitPointers,
  MemoryLedgerStore,
  MemoryMetricWindows,
  MemoryObjectStore,
} from "@tau-edge/adapter-memory";
import { type Digest, sha256 } from "@tau-edge/encoding";
import type { StoredRecord } from "@tau-edge/ledger";
import {
  openStory,
  type Story,
  type StoryAccess,
  type StoryArtifact,
  type StoryStores,
  tellStory,
} from "./rollout-story.ts";

export interface MemoryStory extends Story {
  readonly stores: StoryStores & { readonly ledger: MemoryLedgerStore; readonly objects: MemoryObjectStore };
  readonly access: StoryAccess;
  objects(): readonly { readonly digest: Digest; readonly bytes: Uint8Array }[];
  /** Of the one stream that the story has. */
  readonly stream: string;
  records(from?: number): Promise<readonly StoredRecord[]>;
}

export async function tellInMemory(
  start_unix_ms: number,
  artifactOf?: (name: string) => StoryArtifact,
): Promise<MemoryStory> {
  const objects = new MemoryObjectStore();
  const ledger = new MemoryLedgerStore({ objects: objects.objects });
  const clock = new ManualClock(start_unix_ms);
  const pointers = new MemoryCommitPointers();
  const stores = { objects, ledger, pointers, windows: new MemoryMetricWindows(), clock, sha256 };
  const story = await tellStory(stores, artifactOf);
  const stream = "default/dev/shop";
  return {
    ...story,
    stores,
    access: openStory(stores),
    stream,
    objects: () => [...objects.objects].map(([digest, bytes]) => ({ digest, bytes })),
    records: (from = 0) => ledger.read(stream, from, 1_000),
  };
}
