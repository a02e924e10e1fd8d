/**
 * Objects that were asked for lately, whole and verified, in memory. Content by digest cannot go stale, so nothing is
 * ever invalidated; the least recently used go first. What does not fit is streamed from the store instead, so memory
 * stays bounded however many clients ask for however many objects at once.
 */
import type { Digest } from "@tau-edge/encoding";

export type HotBytes = Uint8Array<ArrayBuffer>;

export interface HotLimits {
  /** Larger objects are never kept. */
  readonly objectBytesMax: number;
  /** All objects together, those being loaded included. */
  readonly totalBytesMax: number;
}

export interface HotObjects {
  /**
   * The object from memory, loaded once for all who wait for it; undefined when it is to be streamed.
   * @param load gives exactly `sizeBytes` verified bytes; what it throws reaches everybody who waits
   */
  get(digest: Digest, sizeBytes: number, load: () => Promise<Uint8Array>): HotBytes | Promise<HotBytes> | undefined;
}

export function makeHotObjects(limits: HotLimits): HotObjects {
  // A Map iterates in order of insertion: the first key is the one used longest ago.
  const entries = new Map<Digest, HotBytes>();
  const loading = new Map<Digest, Promise<HotBytes>>();
  let bytesHeld = 0;
  let bytesLoading = 0;

  function keep(digest: Digest, bytes: HotBytes): void {
    entries.set(digest, bytes);
    bytesHeld += bytes.length;
    for (const [oldest, held] of entries) {
      if (bytesHeld + bytesLoading <= limits.totalBytesMax) break;
      entries.delete(oldest);
      bytesHeld -= held.length;
    }
  }

  async function fetch(digest: Digest, sizeBytes: number, load: () => Promise<Uint8Array>): Promise<HotBytes> {
    bytesLoading += sizeBytes;
    try {
      return inOwnMemory(await load());
    } finally {
      bytesLoading -= sizeBytes;
      loading.delete(digest);
    }
  }

  return {
    get(digest, sizeBytes, load) {
      const bytes = entries.get(digest);
      if (bytes !== undefined) {
        entries.delete(digest);
        entries.set(digest, bytes);
        return bytes;
      }
      const running = loading.get(digest);
      if (running !== undefined) return running;
      if (sizeBytes > limits.objectBytesMax || bytesLoading + sizeBytes > limits.totalBytesMax) return undefined;
      const started = fetch(digest, sizeBytes, load).then((loaded) => {
        keep(digest, loaded);
        return loaded;
      });
      loading.set(digest, started);
      return started;
    },
  };
}

/** A response takes no bytes that lie in shared memory; no store gives such. */
function inOwnMemory(bytes: Uint8Array): HotBytes {
  const { buffer } = bytes;
  return buffer instanceof ArrayBuffer ? new Uint8Array(buffer, bytes.byteOffset, bytes.length) : new Uint8Array(bytes);
}
