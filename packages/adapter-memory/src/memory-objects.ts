/** Objects in a map. Stores that share the map are processes that share a disk. */
import { type Digest, digestOf, sha256 as portableSha256, type Sha256 } from "@tau-edge/encoding";
import {
  type ByteRange,
  type Clock,
  type ObjectInfo,
  type ObjectStore,
  type OpenObject,
  PortError,
} from "@tau-edge/ports";
import { Faults } from "./faults.ts";
import { ManualClock } from "./manual-clock.ts";
import { renewalsOf } from "./memory-collection-rows.ts";

/** A piece of a stream; small, so that readers meet more than one in tests. */
const PIECE_BYTES = 64 * 1024;

export interface MemoryObjectOptions {
  readonly sha256?: Sha256;
  /** What is stored; may be shared and changed from outside. */
  readonly objects?: Map<Digest, Uint8Array>;
  readonly faults?: Faults;
  /** Stamps the age of objects, which a collection looks at; it stands still unless another one is given. */
  readonly clock?: Clock;
}

export class MemoryObjectStore implements ObjectStore {
  readonly objects: Map<Digest, Uint8Array>;
  readonly #sha256: Sha256;
  readonly #faults: Faults;
  readonly #clock: Clock;

  constructor(options: MemoryObjectOptions = {}) {
    this.objects = options.objects ?? new Map();
    this.#sha256 = options.sha256 ?? portableSha256;
    this.#faults = options.faults ?? new Faults();
    this.#clock = options.clock ?? new ManualClock();
  }

  async putIfAbsent(digest: Digest, bytes: Uint8Array): Promise<boolean> {
    const stored = this.objects.get(digest);
    return this.#faults.write(digest, () => {
      if (stored !== undefined && digestOf(this.#sha256(stored)) !== digest)
        throw new PortError("object_corrupt", digest, "Other bytes are stored under this digest");
      if (stored === undefined) this.objects.set(digest, bytes.slice());
      renewalsOf(this.objects).set(digest, this.#clock.nowUnixMs());
      return stored === undefined;
    });
  }

  async stat(digest: Digest): Promise<ObjectInfo | undefined> {
    const bytes = this.objects.get(digest);
    return bytes === undefined ? undefined : { digest, size_bytes: bytes.length };
  }

  async open(digest: Digest): Promise<OpenObject | undefined> {
    const bytes = await this.read(digest, Number.MAX_SAFE_INTEGER);
    return bytes === undefined ? undefined : openBytes(digest, bytes);
  }

  async read(digest: Digest, size_bytes_max: number): Promise<Uint8Array | undefined> {
    const bytes = this.objects.get(digest);
    if (bytes === undefined) return undefined;
    if (bytes.length > size_bytes_max)
      throw new PortError("object_too_large", digest, `It has ${bytes.length} bytes, the limit is ${size_bytes_max}`);
    if (digestOf(this.#sha256(bytes)) !== digest)
      throw new PortError("object_corrupt", digest, "The stored bytes have another digest");
    return bytes.slice();
  }
}

function openBytes(digest: Digest, bytes: Uint8Array): OpenObject {
  let taken = false;
  return {
    digest,
    size_bytes: bytes.length,
    body(range: ByteRange = { start: 0, end: bytes.length }) {
      if (taken) throw new TypeError("the body of an open object was already taken");
      if (!(range.start >= 0 && range.start <= range.end && range.end <= bytes.length))
        throw new RangeError(`no range ${range.start}..${range.end} in ${bytes.length} bytes`);
      taken = true;
      return pieces(bytes.subarray(range.start, range.end));
    },
    async close() {
      taken = true;
    },
  };
}

function pieces(bytes: Uint8Array): ReadableStream<Uint8Array> {
  let position = 0;
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      if (position < bytes.length) controller.enqueue(bytes.slice(position, position + PIECE_BYTES));
      position += PIECE_BYTES;
      if (position >= bytes.length) controller.close();
    },
  });
}
