/** The adapters of `adapter-memory`, as the contract suites want them. */
import { MemoryObjectStore } from "@tau-edge/adapter-memory";
import { sha256 } from "@tau-edge/encoding";
import type { ObjectReaderHarness, ObjectStoreHarness } from "@tau-edge/ports/suites";

export async function makeMemoryReader(): Promise<ObjectReaderHarness> {
  const reader = new MemoryObjectStore();
  return {
    reader,
    sha256,
    plant: async (digest, bytes) => void reader.objects.set(digest, bytes.slice()),
    close: async () => undefined,
  };
}

export async function makeMemoryStore(): Promise<ObjectStoreHarness> {
  const store = new MemoryObjectStore();
  return {
    store,
    sha256,
    reopen: async () => new MemoryObjectStore({ objects: store.objects }),
    truncate: async (digest) => void store.objects.set(digest, new Uint8Array(1)),
    close: async () => undefined,
  };
}
