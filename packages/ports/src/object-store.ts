/** Content-addressed, immutable bytes. */
import type { Digest } from "@tau-edge/encoding";

/** A window into an object; `end` is exclusive. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

export interface ObjectInfo {
  readonly digest: Digest;
  readonly size_bytes: number;
}

export interface OpenObject extends ObjectInfo {
  /**
   * The bytes of the range, or all of them. May be called at most once. A stream that is cancelled releases its
   * file handle.
   */
  body(range?: ByteRange): ReadableStream<Uint8Array>;
  /** Releases what `open` took, when `body` is never called. */
  close(): Promise<void>;
}

/** What a place that only serves needs. */
export interface ObjectReader {
  /** Size without reading, or undefined when there is no such object. */
  stat(digest: Digest): Promise<ObjectInfo | undefined>;
  /** Opens for streaming, or undefined. The first open in this process verifies the digest: `object_corrupt` if it differs. */
  open(digest: Digest): Promise<OpenObject | undefined>;
  /**
   * The whole object, verified against its digest, or undefined.
   * @throws PortError `object_corrupt`, `object_too_large` (above `size_bytes_max`, refused before reading)
   */
  read(digest: Digest, size_bytes_max: number): Promise<Uint8Array | undefined>;
}

export interface ObjectStore extends ObjectReader {
  /**
   * Stores the bytes under their digest unless they are there. When it returns, they survive a power cut.
   * Any number of writers may race with the same bytes: one creates, none tears, all succeed.
   * @param digest of `bytes`; the caller has just computed it, the store does not compute it again
   * @returns true if this call created the object
   * @throws PortError `store_full`, `store_poisoned` (after a failed fsync nothing is acknowledged any more),
   *   `store_unavailable`, `object_corrupt` (other bytes stand under this digest)
   */
  putIfAbsent(digest: Digest, bytes: Uint8Array): Promise<boolean>;
}
