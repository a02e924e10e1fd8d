/**
 * Small objects that were asked for lately, whole and verified. Content by digest cannot go stale, so nothing is ever
 * invalidated; the least recently used go first.
 */
import type { Digest } from "@tau-edge/encoding";

export interface HotObjects {
  get(digest: Digest): Uint8Array<ArrayBuffer> | undefined;
  /** Takes the bytes over and gives them back in the form that a response takes. */
  put(digest: Digest, bytes: Uint8Array): Uint8Array<ArrayBuffer>;
}

export function makeHotObjects(bytesMax: number): HotObjects {
  // A Map iterates in order of insertion: the first key is the one used longest ago.
  const entries = new Map<Digest, Uint8Array<ArrayBuffer>>();
  let bytesHeld = 0;
  return {
    get(digest) {
      const bytes = entries.get(digest);
      if (bytes === undefined) return undefined;
      entries.delete(digest);
      entries.set(digest, bytes);
      return bytes;
    },
    put(digest, given) {
      const { buffer } = given;
      const bytes =
        buffer instanceof ArrayBuffer ? new Uint8Array(buffer, given.byteOffset, given.length) : new Uint8Array(given);
      if (bytes.length > bytesMax || entries.has(digest)) return bytes;
      entries.set(digest, bytes);
      bytesHeld += bytes.length;
      for (const [oldest, held] of entries) {
        if (bytesHeld <= bytesMax) break;
        entries.delete(oldest);
        bytesHeld -= held.length;
      }
      return bytes;
    },
  };
}
