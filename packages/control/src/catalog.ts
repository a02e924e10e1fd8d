/**
 * What has been packaged? The ledger's `artifact_packaged` records, read once and followed from there.
 */

import { type Digest, toHex } from "@tau-edge/encoding";
import type { StoredRecord } from "@tau-edge/ledger";
import type { LedgerReader, ObjectInfo } from "@tau-edge/ports";
import { DEEP_VERDICT, type RecordedVerdict, readDeepVerdict } from "./deep-record.ts";
import { ARTIFACT_PACKAGED, type PackagedFacts, readPackaged } from "./packaged-record.ts";
import { RELEASE_CREATED, type RecordedRelease, readReleaseCreated } from "./rollouts/release-record.ts";
import { StreamFollower } from "./stream-follower.ts";
import { type UnreadableStream, unreadableStreams } from "./unreadable-streams.ts";

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

/** The `objects_collected` record that has an object in its list. */
export interface CollectedBy {
  readonly stream: string;
  readonly seq: number;
}

/** Where an object was collected that is stored no more; undefined while it is stored, and where no record says so. */
export type AskCollected = (digest: Digest) => Promise<CollectedBy | undefined>;

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
 * What was collected stands in it all the same, because its records do; `collected` tells. Every method but `find`,
 * `findDerived` and `collected` brings the catalog up to the ledger's head before it answers.
 * @throws PortError `ledger_corrupt`: from every method but `readable`; from these two only where the digest may be in a
 *   stream that cannot be read
 */
export interface Catalog {
  /** Ids of all blueprints that have a deliverable, sorted. */
  blueprints(): Promise<readonly string[]>;
  /** Newest first; empty for an unknown blueprint. */
  deliverables(blueprint_id: string): Promise<readonly Deliverable[]>;
  /** By blueprint, each newest first. */
  all(): Promise<readonly Deliverable[]>;
  /** As `all`, without streams that cannot be read: for showing, never for deciding. */
  readable(): Promise<{
    readonly deliverables: readonly Deliverable[];
    readonly unreadable: readonly UnreadableStream[];
  }>;
  /** The newest deliverable that names this object. Reads the ledger only when the digest is not yet known. */
  find(digest: Digest): Promise<Found | undefined>;
  /** An object of derived code that a release names: its document, or a file of it. Reads the ledger as `find` does. */
  findDerived(digest: Digest): Promise<ObjectInfo | undefined>;
  /** A release that some record names, of whatever blueprint. Reads the ledger as `find` does. */
  findRelease(release: Digest): Promise<RecordedRelease | undefined>;
  collected: AskCollected;
  /** Everything as of one moment. */
  snapshot(): Promise<CatalogSnapshot>;
}

/** What has been read of one stream. */
interface Packaged {
  readonly environment: string;
  /** Oldest first. */
  readonly deliverables: Deliverable[];
  /** By artifact, the last one. */
  readonly verdicts: Map<Digest, RecordedVerdict>;
}

/** @param collected absent where nothing is ever collected */
export function openCatalog(ledger: LedgerReader, collected: AskCollected = async () => undefined): Catalog {
  return new LedgerCatalog(ledger, collected);
}

class LedgerCatalog implements Catalog {
  readonly #follower: StreamFollower<Packaged>;
  readonly #byDigest = new Map<Digest, Found>();
  readonly #derived = new Map<Digest, ObjectInfo>();
  readonly #releases = new Map<Digest, RecordedRelease>();
  readonly collected: AskCollected;
  /** Deliverables by blueprint, newest first; made anew after a change. */
  #groups: ReadonlyMap<string, readonly Deliverable[]> | undefined;

  constructor(ledger: LedgerReader, collected: AskCollected) {
    this.collected = collected;
    this.#follower = new StreamFollower(ledger, {
      begin: ({ environment }): Packaged => ({ environment, deliverables: [], verdicts: new Map() }),
      take: (packaged, stored) => this.#take(packaged, stored),
      forget: () => {
        this.#byDigest.clear();
        this.#derived.clear();
        this.#releases.clear();
        this.#groups = undefined;
      },
    });
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

  async readable() {
    await this.#follower.refresh();
    const { failures } = this.#follower;
    const deliverables = this.#all().filter(({ stream }) => !failures.has(stream));
    return { deliverables, unreadable: unreadableStreams(failures) };
  }

  find(digest: Digest): Promise<Found | undefined> {
    return this.#findIn(this.#byDigest, digest);
  }

  findDerived(digest: Digest): Promise<ObjectInfo | undefined> {
    return this.#findIn(this.#derived, digest);
  }

  findRelease(release: Digest): Promise<RecordedRelease | undefined> {
    return this.#findIn(this.#releases, release);
  }

  async #findIn<Entry>(known: ReadonlyMap<Digest, Entry>, digest: Digest): Promise<Entry | undefined> {
    const at_hand = known.get(digest);
    if (at_hand !== undefined) return at_hand;
    await this.#follower.refresh();
    const found = known.get(digest);
    if (found === undefined) this.#refuseFailures();
    return found;
  }

  async snapshot(): Promise<CatalogSnapshot> {
    await this.#refresh();
    const { streams } = this.#follower;
    const heads = [...streams]
      .map(([stream, { seq, record_hash, at_unix_ms }]) => ({ stream, seq, record_hash, at_unix_ms }))
      .sort((a, b) => (a.stream < b.stream ? -1 : 1));
    const deepVerdict = (stream: string, artifact: Digest) => streams.get(stream)?.value.verdicts.get(artifact);
    return { deliverables: this.#all(), heads, deepVerdict };
  }

  #all(): readonly Deliverable[] {
    const groups = this.#grouped();
    return [...groups.keys()].sort().flatMap((id) => groups.get(id) ?? []);
  }

  async #refresh(): Promise<void> {
    await this.#follower.refresh();
    this.#refuseFailures();
  }

  /** A catalog that lacks one stream would be wrong about all of them, such as what is in state.json. */
  #refuseFailures(): void {
    for (const error of this.#follower.failures.values()) throw error;
  }

  #take(packaged: Packaged, stored: StoredRecord): Packaged {
    if (stored.record.type === DEEP_VERDICT) {
      const verdict = readDeepVerdict(stored);
      packaged.verdicts.set(verdict.artifact, verdict);
    }
    if (stored.record.type === RELEASE_CREATED) {
      const recorded = readReleaseCreated(stored);
      this.#releases.set(recorded.release, recorded);
      for (const object of recorded.derived?.objects ?? []) this.#derived.set(object.digest, object);
    }
    if (stored.record.type !== ARTIFACT_PACKAGED) return packaged;
    const deliverable = deliverableOf(stored, packaged.environment);
    packaged.deliverables.push(deliverable);
    this.#byDigest.set(deliverable.artifact, { part: "artifact", deliverable });
    this.#byDigest.set(deliverable.manifest, { part: "manifest", deliverable });
    this.#groups = undefined;
    return packaged;
  }

  #grouped(): ReadonlyMap<string, readonly Deliverable[]> {
    if (this.#groups !== undefined) return this.#groups;
    const groups = new Map<string, Deliverable[]>();
    for (const { value } of this.#follower.streams.values())
      for (const deliverable of value.deliverables) {
        const group = groups.get(deliverable.blueprint_id);
        if (group === undefined) groups.set(deliverable.blueprint_id, [deliverable]);
        else group.push(deliverable);
      }
    for (const group of groups.values()) group.sort(newestFirst);
    this.#groups = groups;
    return groups;
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
