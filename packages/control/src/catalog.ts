/**
 * What has been packaged? The ledger's `artifact_packaged` records, read once and followed from there: each call reads
 * only the records that were appended since the last one, so the cost over the life of a process is linear.
 */

import { type Digest, toHex } from "@tau-edge/encoding";
import { isStreamName, parseStream, type StoredRecord } from "@tau-edge/ledger";
import { type LedgerReader, PortError, READ_PAGE_RECORDS_MAX, type StreamEnd } from "@tau-edge/ports";
import { DEEP_VERDICT, type RecordedVerdict, readDeepVerdict } from "./deep-record.ts";
import { ARTIFACT_PACKAGED, type PackagedFacts, readPackaged } from "./packaged-record.ts";

/** One packaged artifact with its manifest, and the record that says so. */
export interface Deliverable extends PackagedFacts {
  readonly environment: string;
  readonly stream: string;
  readonly seq: number;
  /** 64 hex digits. */
  readonly record_hash: string;
  readonly packaged_at_unix_ms: number;
}

/** Which of a deliverable's two objects a digest names. */
export interface Found {
  readonly part: "artifact" | "manifest";
  readonly deliverable: Deliverable;
}

/** `deliverables` are exactly those of the records up to `heads`. */
export interface CatalogSnapshot {
  /** As `all` gives them. */
  readonly deliverables: readonly Deliverable[];
  /** Ends of the streams that were read, sorted by stream. */
  readonly heads: readonly StreamHead[];
  /** The last deep verdict about an artifact that a stream has. */
  deepVerdict(stream: string, artifact: Digest): RecordedVerdict | undefined;
}

export interface StreamHead {
  readonly stream: string;
  readonly seq: number;
  /** 64 hex digits. */
  readonly record_hash: string;
  readonly at_unix_ms: number;
}

/**
 * Every method but `find` brings the catalog up to the ledger's head before it answers.
 * @throws PortError `ledger_corrupt` from every method
 */
export interface Catalog {
  /** Ids of all blueprints that have a deliverable, sorted. */
  blueprints(): Promise<readonly string[]>;
  /** Newest first; empty for an unknown blueprint. */
  deliverables(blueprint_id: string): Promise<readonly Deliverable[]>;
  /** By blueprint, each newest first. */
  all(): Promise<readonly Deliverable[]>;
  /** The newest deliverable that names this object. Reads the ledger only when the digest is not yet known. */
  find(digest: Digest): Promise<Found | undefined>;
  /** Everything as of one moment. */
  snapshot(): Promise<CatalogSnapshot>;
}

/** What has been read of one stream. */
interface Followed {
  readonly environment: string;
  seq: number;
  record_hash: string;
  at_unix_ms: number;
  /** Oldest first. */
  readonly deliverables: Deliverable[];
  /** By artifact, the last one. */
  readonly verdicts: Map<Digest, RecordedVerdict>;
}

export function openCatalog(ledger: LedgerReader): Catalog {
  return new LedgerCatalog(ledger);
}

class LedgerCatalog implements Catalog {
  readonly #ledger: LedgerReader;
  readonly #streams = new Map<string, Followed>();
  readonly #byDigest = new Map<Digest, Found>();
  /** Deliverables by blueprint, newest first; made anew after a change. */
  #groups: ReadonlyMap<string, readonly Deliverable[]> | undefined;
  /** Refreshes run one after another: two at once would read the same records twice and list them twice. */
  #last: Promise<void> = Promise.resolve();
  /** The refresh that has not begun yet. */
  #waiting: Promise<void> | undefined;

  constructor(ledger: LedgerReader) {
    this.#ledger = ledger;
  }

  async blueprints(): Promise<readonly string[]> {
    await this.#refresh();
    return [...this.#grouped().keys()].sort();
  }

  async deliverables(blueprint_id: string): Promise<readonly Deliverable[]> {
    await this.#refresh();
    return this.#grouped().get(blueprint_id) ?? [];
  }

  async all(): Promise<readonly Deliverable[]> {
    await this.#refresh();
    return this.#all();
  }

  async find(digest: Digest): Promise<Found | undefined> {
    const known = this.#byDigest.get(digest);
    if (known !== undefined) return known;
    await this.#refresh();
    return this.#byDigest.get(digest);
  }

  async snapshot(): Promise<CatalogSnapshot> {
    await this.#refresh();
    const heads = [...this.#streams]
      .map(([stream, { seq, record_hash, at_unix_ms }]) => ({ stream, seq, record_hash, at_unix_ms }))
      .sort((a, b) => (a.stream < b.stream ? -1 : 1));
    const deepVerdict = (stream: string, artifact: Digest) => this.#streams.get(stream)?.verdicts.get(artifact);
    return { deliverables: this.#all(), heads, deepVerdict };
  }

  #all(): readonly Deliverable[] {
    const groups = this.#grouped();
    return [...groups.keys()].sort().flatMap((id) => groups.get(id) ?? []);
  }

  /** Who asks while a refresh is waiting for its turn shares it: it will see everything that was there when they asked. */
  #refresh(): Promise<void> {
    this.#waiting ??= this.#last.then(() => {
      this.#waiting = undefined;
      return this.#readOn();
    });
    this.#last = this.#waiting.catch(() => undefined);
    return this.#waiting;
  }

  async #readOn(): Promise<void> {
    try {
      if (await this.#followAll()) return;
      this.#forget();
      if (await this.#followAll()) return;
      throw new PortError("ledger_corrupt", "ledger", "A stream changes under the reader");
    } catch (error) {
      // Half of a page may have been taken; the next call starts from nothing instead of from there.
      this.#forget();
      throw error;
    }
  }

  async #followAll(): Promise<boolean> {
    const ends = await this.#ledger.ends();
    const names = new Set(ends.map(({ stream }) => stream));
    for (const known of this.#streams.keys()) if (!names.has(known)) return false;
    for (const end of ends) {
      const name = isStreamName(end.stream) ? parseStream(end.stream) : "system";
      if (name !== "system" && !(await this.#follow(end, name.environment))) return false;
    }
    return true;
  }

  /** @returns false when the stream does not continue what was read before: somebody put another ledger in its place */
  async #follow(end: StreamEnd, environment: string): Promise<boolean> {
    const { stream } = end;
    const known = this.#streams.get(stream);
    if (known !== undefined && end.seq <= known.seq)
      return end.seq === known.seq && toHex(end.hash) === known.record_hash;
    const followed = known ?? {
      environment,
      seq: -1,
      record_hash: "",
      at_unix_ms: 0,
      deliverables: [],
      verdicts: new Map(),
    };
    this.#streams.set(stream, followed);
    while (followed.seq < end.seq) {
      const page = await this.#ledger.read(stream, followed.seq + 1, READ_PAGE_RECORDS_MAX);
      const first = page[0];
      if (first === undefined) return false;
      if (followed.seq >= 0 && toHex(first.record.prev) !== followed.record_hash) return false;
      for (const stored of page) this.#take(stored, followed);
    }
    return true;
  }

  #take(stored: StoredRecord, followed: Followed): void {
    followed.seq = stored.record.seq;
    followed.record_hash = toHex(stored.hash);
    followed.at_unix_ms = stored.record.at_unix_ms;
    if (stored.record.type === DEEP_VERDICT) {
      const verdict = readDeepVerdict(stored);
      followed.verdicts.set(verdict.artifact, verdict);
    }
    if (stored.record.type !== ARTIFACT_PACKAGED) return;
    const deliverable = deliverableOf(stored, followed.environment);
    followed.deliverables.push(deliverable);
    this.#byDigest.set(deliverable.artifact, { part: "artifact", deliverable });
    this.#byDigest.set(deliverable.manifest, { part: "manifest", deliverable });
    this.#groups = undefined;
  }

  #grouped(): ReadonlyMap<string, readonly Deliverable[]> {
    if (this.#groups !== undefined) return this.#groups;
    const groups = new Map<string, Deliverable[]>();
    for (const { deliverables } of this.#streams.values())
      for (const deliverable of deliverables) {
        const group = groups.get(deliverable.blueprint_id);
        if (group === undefined) groups.set(deliverable.blueprint_id, [deliverable]);
        else group.push(deliverable);
      }
    for (const group of groups.values()) group.sort(newestFirst);
    this.#groups = groups;
    return groups;
  }

  #forget(): void {
    this.#streams.clear();
    this.#byDigest.clear();
    this.#groups = undefined;
  }
}

/** @throws PortError `ledger_corrupt` */
export function deliverableOf(stored: StoredRecord, environment: string): Deliverable {
  return {
    ...readPackaged(stored),
    environment,
    stream: stored.record.stream,
    seq: stored.record.seq,
    record_hash: toHex(stored.hash),
    packaged_at_unix_ms: stored.record.at_unix_ms,
  };
}

/** Within a stream by seq; between the streams of two environments by time. */
function newestFirst(a: Deliverable, b: Deliverable): number {
  if (a.stream === b.stream) return b.seq - a.seq;
  return b.packaged_at_unix_ms - a.packaged_at_unix_ms || (a.stream < b.stream ? -1 : 1);
}
