/**
 * What needs which object, and for how long: made of records alone, one by one, in the order in which they were
 * acknowledged. It shares nothing with the collection but what records mean, so that the two can disagree.
 */
import { type Digest, digestOf } from "@tau-edge/encoding";
import { parseStream, RETENTION_MS, type RetentionClass, type StoredRecord, SYSTEM_STREAM } from "@tau-edge/ledger";
import { emptyState, evolve, namedObjects, type ReleaseRef, readTrace, type StreamState } from "@tau-edge/rollout";

const DAY_MS = 24 * 60 * 60 * 1000;
const EVIDENCE_MS = 400 * DAY_MS;
const COMMITS_KEPT = 10;

/** What needs objects. `ended_unix_ms` is absent while it needs them whatever their age is. */
export interface ModelHolding {
  readonly root: string;
  readonly stream: string;
  readonly ended_unix_ms?: number;
  readonly window_ms: number;
  readonly objects: Iterable<Digest>;
}

interface Rollout {
  readonly id: string;
  readonly class: RetentionClass;
  readonly target: ReleaseRef;
  readonly baseline?: ReleaseRef;
  open: boolean;
  /** Some attempt passed its preflight: only then it needs what it rolls out. */
  begun: boolean;
  last_unix_ms: number;
  readonly named: Set<Digest>;
}

interface Release {
  readonly ref: ReleaseRef;
  readonly objects: readonly Digest[];
  readonly at_unix_ms: number;
}

interface Package {
  readonly artifact: Digest;
  readonly manifest: Digest;
  at_unix_ms: number;
}

interface Stream {
  state: StreamState;
  at_unix_ms: number;
  readonly rollouts: Map<string, Rollout>;
  readonly releases: Release[];
  readonly packages: Package[];
  /** Reports of validations, each with its time. */
  readonly reports: { readonly at_unix_ms: number; readonly objects: readonly Digest[] }[];
  /** Of records that are kept for ever. */
  readonly golden: Set<Digest>;
}

/** One deletion of the log. */
export interface Collected {
  readonly stream: string;
  readonly seq: number;
}

export class HoldingsModel {
  readonly #streams = new Map<string, Stream>();
  readonly #pinned = new Set<Digest>();
  readonly #lengthened = new Map<string, number>();
  /** The last record that named an object, and the last that collected it, as counted over all streams. */
  readonly #named = new Map<Digest, number>();
  readonly #collected = new Map<Digest, Collected & { readonly order: number }>();
  #order = 0;

  /** Of the last record, counted over all streams. */
  get order(): number {
    return this.#order;
  }

  /** @param names the objects that the append of this record named */
  take(stored: StoredRecord, names: readonly Digest[]): void {
    const { record } = stored;
    this.#order += 1;
    for (const digest of names) this.#named.set(digest, this.#order);
    const stream = this.#stream(record.stream);
    stream.at_unix_ms = record.at_unix_ms;
    if (record.stream === SYSTEM_STREAM) this.#takeSystem(stored, names, stream);
    else this.#takeBlueprint(stored, names, stream);
  }

  /** @param digests that this record says were collected */
  collect({ record }: StoredRecord, digests: Iterable<Digest>): void {
    this.#order += 1;
    for (const digest of digests)
      this.#collected.set(digest, { stream: record.stream, seq: record.seq, order: this.#order });
  }

  /** The record that explains why the object is gone; undefined when nothing does, or it was named again since. */
  explanation(digest: Digest): Collected | undefined {
    const collected = this.#collected.get(digest);
    return collected !== undefined && collected.order > (this.#named.get(digest) ?? 0) ? collected : undefined;
  }

  /** Whether a record named the object after the one of this order. */
  namedSince(digest: Digest, order: number): boolean {
    return (this.#named.get(digest) ?? 0) > order;
  }

  /** Every object that some record names. */
  named(): Iterable<Digest> {
    return this.#named.keys();
  }

  /** Of the last record; 0 before the first. */
  timeOf(stream: string): number {
    return this.#streams.get(stream)?.at_unix_ms ?? 0;
  }

  /** Time since the end of a rollout, by the records of its stream, in which nothing was ended later. */
  *holdings(): Generator<ModelHolding> {
    for (const [name, stream] of this.#streams) yield* this.holdingsOf(name, stream);
  }

  *holdingsOf(name: string, stream = this.#stream(name)): Generator<ModelHolding> {
    const kept = new Set(stream.state.committed.slice(-COMMITS_KEPT).map(({ rollout_id }) => rollout_id));
    for (const rollout of stream.rollouts.values()) {
      const stays = rollout.open || kept.has(rollout.id) || rollout.class === "golden";
      const ended = stays ? {} : { ended_unix_ms: rollout.last_unix_ms };
      const window_ms = this.#windowOf(rollout.class);
      const at = { root: `rollout ${rollout.id}`, stream: name, ...ended };
      yield { ...at, window_ms: Math.max(window_ms, this.#evidenceMs()), objects: rollout.named };
      if (rollout.begun) yield { ...at, window_ms, objects: this.#reachOf(rollout) };
    }
    for (const [index, release] of stream.releases.entries()) {
      const stays = index === stream.releases.length - 1 || this.#pinned.has(release.ref.release);
      const ended = stays ? {} : { ended_unix_ms: release.at_unix_ms };
      const root = `release ${release.ref.release}`;
      yield { root, stream: name, ...ended, window_ms: this.#windowOf("experimental"), objects: release.objects };
    }
    for (const [index, { artifact, manifest, at_unix_ms }] of stream.packages.entries()) {
      const ended = index === stream.packages.length - 1 ? {} : { ended_unix_ms: at_unix_ms };
      const objects = [artifact, manifest];
      yield { root: `package ${manifest}`, stream: name, ...ended, window_ms: this.#windowOf("experimental"), objects };
    }
    for (const { at_unix_ms, objects } of stream.reports)
      yield {
        root: `report ${at_unix_ms}`,
        stream: name,
        ended_unix_ms: at_unix_ms,
        window_ms: this.#evidenceMs(),
        objects,
      };
    yield { root: `records of ${name}`, stream: name, window_ms: Number.POSITIVE_INFINITY, objects: stream.golden };
  }

  #takeSystem({ record }: StoredRecord, names: readonly Digest[], stream: Stream): void {
    const { release, class: of, window_ms } = record.body;
    if (record.type === "release_pinned") this.#pinned.add(digestIn(release));
    else if (record.type === "release_unpinned") this.#pinned.delete(digestIn(release));
    else if (record.type === "retention_lengthened")
      this.#lengthened.set(String(of), Math.max(this.#lengthened.get(String(of)) ?? 0, Number(window_ms)));
    // A pin holds what the release holds; its own record names the same objects, and so does one that follows it.
    if (record.type !== "release_pinned" && record.type !== "clock_accepted")
      for (const digest of names) stream.golden.add(digest);
  }

  #takeBlueprint(stored: StoredRecord, names: readonly Digest[], stream: Stream): void {
    const { record } = stored;
    const { at_unix_ms } = record;
    stream.state = evolve(stream.state, stored);
    const body = readTrace(stored);
    if (body?.type === "revalidated") stream.reports.push({ at_unix_ms, objects: [body.report_hash] });
    else if (body !== undefined) this.#takeTrace(stored, stream);
    else if (record.type === "release_created") stream.releases.push(releaseIn(stored));
    else if (record.type === "artifact_packaged")
      stream.packages.push({
        artifact: digestIn(record.body["artifact"]),
        manifest: digestIn(record.body["manifest"]),
        at_unix_ms,
      });
    else if (record.type === "deep_verdict") {
      const artifact = digestIn(record.body["artifact"]);
      for (const made of stream.packages) if (made.artifact === artifact) made.at_unix_ms = at_unix_ms;
    } else if (!NAMING_NOTHING.has(record.type)) for (const digest of names) stream.golden.add(digest);
  }

  #takeTrace(stored: StoredRecord, stream: Stream): void {
    const body = readTrace(stored);
    if (body === undefined || body.type === "revalidated") return;
    const { rollout_id, attempt } = body;
    const known = stream.rollouts.get(rollout_id);
    // An attempt that is refused needs nothing of those before it, and prolongs nothing.
    const refused = `${rollout_id} attempt ${attempt}`;
    if (body.type === "run_header" && known !== undefined && !body.preflight_passed)
      stream.rollouts.set(refused, { ...known, id: refused, named: new Set(), begun: false, open: true });
    else if (body.type === "run_header") {
      const { target, baseline, plan } = body;
      const again = { id: rollout_id, class: plan.retention_class, target, ...(baseline && { baseline }) };
      const named = known?.named ?? new Set<Digest>();
      const begun = known?.begun === true || body.preflight_passed;
      stream.rollouts.set(rollout_id, { ...again, open: true, begun, last_unix_ms: stored.record.at_unix_ms, named });
    }
    const rollout = stream.rollouts.get(refused) ?? stream.rollouts.get(rollout_id);
    if (rollout === undefined) throw new Error(`a record of ${rollout_id} before its header`);
    for (const { digest } of namedObjects(body)) rollout.named.add(digest);
    rollout.last_unix_ms = stored.record.at_unix_ms;
    if (body.type === "run_end") rollout.open = false;
  }

  #reachOf({ target, baseline }: Rollout): Digest[] {
    const refs = baseline === undefined ? [target] : [target, baseline];
    return refs.flatMap((ref) => [ref.release, ref.manifest, ref.artifact, ...this.#derivedOf(ref.release)]);
  }

  /** The release may have been recorded in another environment. */
  #derivedOf(release: Digest): readonly Digest[] {
    for (const { releases } of this.#streams.values()) {
      const found = releases.find(({ ref }) => ref.release === release);
      if (found !== undefined) return found.objects;
    }
    return [];
  }

  #windowOf(of: RetentionClass): number {
    const window = RETENTION_MS[of];
    return window === "for_ever" ? Number.POSITIVE_INFINITY : Math.max(window, this.#lengthened.get(of) ?? 0);
  }

  #evidenceMs(): number {
    return Math.max(EVIDENCE_MS, this.#lengthened.get("evidence") ?? 0);
  }

  #stream(name: string): Stream {
    const known = this.#streams.get(name);
    if (known !== undefined) return known;
    if (name !== SYSTEM_STREAM) parseStream(name);
    const stream: Stream = {
      state: emptyState(name),
      at_unix_ms: 0,
      rollouts: new Map(),
      releases: [],
      packages: [],
      reports: [],
      golden: new Set(),
    };
    this.#streams.set(name, stream);
    return stream;
  }
}

/** Records of a blueprint that say something and need no object for it. */
const NAMING_NOTHING: ReadonlySet<string> = new Set(["clock_accepted", "blueprint_frozen", "blueprint_released"]);

function releaseIn({ record }: StoredRecord): Release {
  const { release, manifest, artifact, derived_objects } = record.body;
  const ref = { release: digestIn(release), manifest: digestIn(manifest), artifact: digestIn(artifact) };
  const derived = Array.isArray(derived_objects) ? derived_objects.map((one) => digestIn(one[0])) : [];
  return { ref, objects: [ref.release, ref.manifest, ref.artifact, ...derived], at_unix_ms: record.at_unix_ms };
}

function digestIn(value: unknown): Digest {
  if (!(value instanceof Uint8Array)) throw new Error("a record names no digest where one is expected");
  return digestOf(value);
}
