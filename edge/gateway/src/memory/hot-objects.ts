/**
 * Objects that are asked for often, whole and verified, in memory. Content by digest cannot go stale, so nothing is
 * ever invalidated. An object takes the place only of such as were asked for less often; what finds none is streamed
 * from the store: loading costs a hash of the whole, and objects that push each other out would cost it each time. An
 * object that is being sent counts until its client has it: a crowd of slow clients cannot make memory grow by asking
 * for one object after the other.
 */
import type { Digest } from "@tau-edge/encoding";
import { LIMITS } from "../limits.ts";
import { makeAskedCounts } from "./asked-counts.ts";

export type HotBytes = Uint8Array<ArrayBuffer>;

export interface HotLimits {
  /** Larger objects are never kept. */
  readonly objectBytesMax: number;
  /** All objects together: kept, being loaded, and being sent. */
  readonly totalBytesMax: number;
}

export interface HotRequest {
  readonly digest: Digest;
  readonly sizeBytes: number;
  /** Gives exactly `sizeBytes` verified bytes; what it throws reaches everybody who waits. */
  load(): Promise<Uint8Array>;
  /** Settles when the bytes are no longer needed for this answer; called once they are at hand. */
  sent?(): Promise<unknown> | undefined;
}

export interface HotObjects {
  /** The object from memory, loaded once for all who wait for it; undefined when it is to be streamed. */
  get(request: HotRequest): HotBytes | Promise<HotBytes> | undefined;
  has(digest: Digest): boolean;
}

interface Entry {
  readonly bytes: HotBytes;
  /** Answers that are being sent from it. */
  uses: number;
  /** Whether `entries` has it. It may have gone while a request was still waiting for its turn. */
  kept: boolean;
}

export function makeHotObjects(limits: HotLimits): HotObjects {
  return new BoundedObjects(limits);
}

class BoundedObjects implements HotObjects {
  readonly #limits: HotLimits;
  /** A Map iterates in order of insertion: the first key is the one used longest ago. */
  readonly #entries = new Map<Digest, Entry>();
  readonly #asked = makeAskedCounts(LIMITS.asked_counts_sum_max);
  readonly #loading = new Map<Digest, Promise<Entry>>();
  /** Bytes of entries that are kept or being sent, and those of loads under way. */
  #bytesTaken = 0;
  /** The part of them that could be let go now: kept, and not being sent. */
  #bytesIdle = 0;

  constructor(limits: HotLimits) {
    this.#limits = limits;
  }

  has(digest: Digest): boolean {
    return this.#entries.has(digest);
  }

  get(request: HotRequest): HotBytes | Promise<HotBytes> | undefined {
    const { digest, sizeBytes } = request;
    this.#asked.add(digest);
    const known = this.#entries.get(digest);
    if (known !== undefined) {
      this.#entries.delete(digest);
      this.#entries.set(digest, known);
      return this.#use(known, request);
    }
    let running = this.#loading.get(digest);
    if (running === undefined) {
      if (sizeBytes > this.#limits.objectBytesMax || !this.#makeRoom(digest, sizeBytes)) return undefined;
      running = this.#load(request);
      this.#loading.set(digest, running);
    }
    return running.then((entry) => this.#use(entry, request));
  }

  async #load({ digest, sizeBytes, load }: HotRequest): Promise<Entry> {
    this.#bytesTaken += sizeBytes;
    try {
      const entry: Entry = { bytes: inOwnMemory(await load()), uses: 0, kept: true };
      this.#entries.set(digest, entry);
      this.#bytesIdle += sizeBytes;
      return entry;
    } catch (error) {
      this.#bytesTaken -= sizeBytes;
      throw error;
    } finally {
      this.#loading.delete(digest);
    }
  }

  /** Lets go of what was used longest ago and less often than this one, and of nothing if that would not be enough. */
  #makeRoom(digest: Digest, sizeBytes: number): boolean {
    let bytesMissing = this.#bytesTaken + sizeBytes - this.#limits.totalBytesMax;
    if (bytesMissing > this.#bytesIdle) return false;
    const count = this.#asked.count(digest);
    const victims: [Digest, Entry][] = [];
    let looked = 0;
    for (const [other, entry] of this.#entries) {
      if (bytesMissing <= 0 || looked++ >= LIMITS.hot_objects_looked_at_max) break;
      if (entry.uses > 0 || this.#asked.count(other) >= count) continue;
      victims.push([other, entry]);
      bytesMissing -= entry.bytes.length;
    }
    if (bytesMissing > 0) return false;
    for (const [other, entry] of victims) this.#letGo(other, entry);
    return true;
  }

  #letGo(digest: Digest, entry: Entry): void {
    this.#entries.delete(digest);
    entry.kept = false;
    this.#bytesTaken -= entry.bytes.length;
    this.#bytesIdle -= entry.bytes.length;
  }

  #use(entry: Entry, { sent }: HotRequest): HotBytes {
    const until = sent?.();
    if (until === undefined) return entry.bytes;
    entry.uses += 1;
    if (entry.uses === 1 && entry.kept) this.#bytesIdle -= entry.bytes.length;
    else if (entry.uses === 1) this.#bytesTaken += entry.bytes.length;
    const release = (): void => {
      entry.uses -= 1;
      if (entry.uses === 0 && entry.kept) this.#bytesIdle += entry.bytes.length;
      else if (entry.uses === 0) this.#bytesTaken -= entry.bytes.length;
    };
    until.then(release, release);
    return entry.bytes;
  }
}

/** A response takes no bytes that lie in shared memory; no store gives such. */
function inOwnMemory(bytes: Uint8Array): HotBytes {
  const { buffer } = bytes;
  return buffer instanceof ArrayBuffer ? new Uint8Array(buffer, bytes.byteOffset, bytes.length) : new Uint8Array(bytes);
}
