/** Reads the records of one stream: each belongs to something that needs the objects that it names. */
import { type Digest, digestOf, type Sha256 } from "@tau-edge/encoding";
import { encodeCommitPointer, LedgerError, RETENTION_CLASSES, type StoredRecord } from "@tau-edge/ledger";
import { PortError } from "@tau-edge/ports";
import { namedObjects, readTrace, type TraceBody } from "@tau-edge/rollout";
import { DEEP_VERDICT, readDeepVerdict } from "../deep-record.ts";
import { ARTIFACT_PACKAGED, readPackaged } from "../packaged-record.ts";
import { RELEASE_CREATED, type RecordedRelease, readReleaseCreated } from "../rollouts/release-record.ts";
import { RELEASE_PINNED, RELEASE_UNPINNED } from "./collection-records.ts";
import { RECENT_COMMITS_MAX } from "./limits.ts";
import { AUDIT_TYPES, COMPANION_TYPE, TRACE_TYPES } from "./record-kinds.ts";
import { needRelease, newRoot, type Root } from "./roots.ts";

/** `rollouts`: of a blueprint in an environment. `projection`: cycles. Of `other` streams nothing is known. */
export type StreamKind = "rollouts" | "system" | "projection" | "other";

type Revalidated = Extract<TraceBody, { type: "revalidated" }>;

interface CommittedRoot {
  readonly root: Root;
  readonly release: Digest;
  /** Under which the next environment may have kept it. */
  readonly pointer: Digest;
}

interface RolloutRoot extends Root {
  open: boolean;
  /** Pointers of the environment before this one. */
  readonly promotedFrom: Digest[];
}

export class StreamRoots {
  readonly stream: string;
  readonly #kind: StreamKind;
  readonly #sha256: Sha256;
  /** By seq: which of `roots` the record belongs to. */
  readonly #holders: number[] = [];
  readonly #times: number[] = [];
  readonly #roots: Root[] = [];
  /** By name, of what has several records. */
  readonly #byName = new Map<string, number>();
  readonly #rollouts = new Map<string, RolloutRoot>();
  readonly #commits: CommittedRoot[] = [];
  /** By artifact, the newest. */
  readonly #packages = new Map<Digest, number>();
  readonly #releases = new Map<Digest, RecordedRelease>();
  #newestPackage: Root | undefined;
  #newestRelease: Root | undefined;
  /** How many attempts are open: one at most. */
  #open = false;

  constructor(stream: string, kind: StreamKind, sha256: Sha256) {
    this.stream = stream;
    this.#kind = kind;
    this.#sha256 = sha256;
  }

  get next_seq(): number {
    return this.#holders.length;
  }

  /** Of the last record; 0 before the first. */
  get at_unix_ms(): number {
    return this.#times.at(-1) ?? 0;
  }

  /** Whether a rollout is under way: nobody vouches for gaps in its times. */
  get isOpen(): boolean {
    return this.#open;
  }

  /** Recorded here, each with its derived code. */
  get releases(): ReadonlyMap<Digest, RecordedRelease> {
    return this.#releases;
  }

  get roots(): readonly Root[] {
    return this.#roots;
  }

  get commits(): readonly CommittedRoot[] {
    return this.#commits;
  }

  /** Of each rollout that was promoted from another environment. */
  *promoted(): Iterable<{ readonly root: Root; readonly pointers: readonly Digest[] }> {
    for (const root of this.#rollouts.values())
      if (root.promotedFrom.length > 0) yield { root, pointers: root.promotedFrom };
  }

  /** Position in `roots`; undefined for a record that came after the last one that was taken. */
  holderOf(seq: number): number | undefined {
    return this.#holders[seq];
  }

  timeOf(seq: number): number {
    return this.#times[seq] ?? 0;
  }

  /** @throws PortError `ledger_corrupt` for a record whose type is known and whose fields make no sense */
  take(stored: StoredRecord): void {
    const { seq, at_unix_ms } = stored.record;
    if (seq !== this.next_seq) throw new PortError("ledger_corrupt", `${this.stream}#${seq}`, "It is out of order");
    const holder = this.#holderOf(stored);
    this.#holders.push(holder);
    this.#times.push(at_unix_ms);
    const root = this.#roots[holder];
    // That a clock was accepted says nothing about what stands beside it.
    if (root !== undefined && stored.record.type !== COMPANION_TYPE)
      root.ended_unix_ms = Math.max(root.ended_unix_ms, at_unix_ms);
  }

  /** Says what is held whatever its age, now that every record was taken. */
  settle(): void {
    for (const root of this.#rollouts.values()) {
      if (root.open) root.held = "open_rollout";
      else if (root.class === "golden") root.held = "golden";
    }
    for (const { root } of recentOf(this.#commits)) root.held ??= "recent_commit";
    if (this.#newestPackage !== undefined) this.#newestPackage.held = "newest_package";
    if (this.#newestRelease !== undefined) this.#newestRelease.held = "newest_release";
  }

  #holderOf(stored: StoredRecord): number {
    const { type } = stored.record;
    // It names what the records beside it name.
    if (type === COMPANION_TYPE) return this.#holders.at(-1) ?? this.#unknown(type);
    if (this.#kind === "projection") return this.#kept("what is projected", "projection");
    if (AUDIT_TYPES.has(type)) return this.#kept(`log of ${this.stream}`, "audit");
    if (this.#kind === "system" && (type === RELEASE_PINNED || type === RELEASE_UNPINNED)) return this.#past(type);
    if (this.#kind !== "rollouts") return this.#unknown(type);
    if (TRACE_TYPES.has(type)) return this.#trace(stored);
    if (type === ARTIFACT_PACKAGED) return this.#packaged(stored);
    if (type === DEEP_VERDICT) return this.#packages.get(readDeepVerdict(stored).artifact) ?? this.#unknown(type);
    if (type === RELEASE_CREATED) return this.#released(stored);
    return this.#unknown(type);
  }

  #unknown(type: string): number {
    return this.#kept(`records ${type} of ${this.stream}`, "unknown_record");
  }

  #kept(name: string, held: "projection" | "audit" | "unknown_record"): number {
    return this.#named(name, () => newRoot(name, "golden", { held }));
  }

  /** Whether a release is pinned now is no question to one record. */
  #past(name: string): number {
    return this.#named(name, () => newRoot(name, "ephemeral"));
  }

  #named(name: string, make: () => Root): number {
    return this.#byName.get(name) ?? this.#add(make(), name);
  }

  #add(root: Root, name?: string): number {
    const index = this.#roots.push(root) - 1;
    if (name !== undefined) this.#byName.set(name, index);
    return index;
  }

  #packaged(stored: StoredRecord): number {
    const { blueprint_id, artifact, manifest } = readPackaged(stored);
    const root = newRoot(`package ${blueprint_id} ${artifact}`, "experimental");
    const { at_unix_ms } = stored.record;
    root.objects.push(
      { digest: manifest, path: ["manifest"], named_unix_ms: at_unix_ms },
      { digest: artifact, path: ["manifest", "artifact"], named_unix_ms: at_unix_ms },
    );
    this.#newestPackage = root;
    const index = this.#add(root);
    this.#packages.set(artifact, index);
    return index;
  }

  #released(stored: StoredRecord): number {
    const recorded = readReleaseCreated(stored);
    const name = `release ${recorded.release}`;
    this.#releases.set(recorded.release, recorded);
    const index = this.#named(name, () => newRoot(name, "experimental"));
    const root = this.#roots[index];
    if (root !== undefined) {
      needRelease(root, recorded, "release", stored.record.at_unix_ms);
      this.#newestRelease = root;
    }
    return index;
  }

  #trace(stored: StoredRecord): number {
    const body = this.#readTrace(stored);
    if (body.type === "revalidated") return this.#revalidated(body, stored);
    const name = `rollout ${body.rollout_id}`;
    const index = this.#named(name, () => {
      const root: RolloutRoot = { ...newRoot(name, "ephemeral", { isEvidence: true }), open: false, promotedFrom: [] };
      this.#rollouts.set(body.rollout_id, root);
      return root;
    });
    const root = this.#rollouts.get(body.rollout_id);
    if (root !== undefined) this.#step(root, body, stored);
    return index;
  }

  #readTrace(stored: StoredRecord): TraceBody {
    const { seq, type } = stored.record;
    try {
      const body = readTrace(stored);
      if (body !== undefined) return body;
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
      throw new PortError("ledger_corrupt", `${this.stream}#${seq}`, error.message, { cause: error });
    }
    throw new PortError("ledger_corrupt", `${this.stream}#${seq}`, `The record ${type} is no step of a rollout`);
  }

  #step(root: RolloutRoot, body: Exclude<TraceBody, Revalidated>, stored: StoredRecord): void {
    const { at_unix_ms } = stored.record;
    for (const { field, digest } of namedObjects(body))
      root.objects.push({ digest, path: [field], named_unix_ms: at_unix_ms });
    if (body.type === "run_header") {
      root.open = true;
      this.#open = true;
      root.class = longerOf(root.class, body.plan.retention_class);
      needRelease(root, body.target, "release", at_unix_ms);
      if (body.baseline !== undefined) needRelease(root, body.baseline, "baseline", at_unix_ms);
      if (body.promoted_from !== undefined) root.promotedFrom.push(body.promoted_from);
    }
    if (body.type === "rollback" && body.to !== undefined) needRelease(root, body.to, "rolled_back_to", at_unix_ms);
    if (body.type === "run_end") {
      root.open = false;
      this.#open = false;
    }
    if (body.type === "finalize") {
      const { rollout_id, trace_tail_hash, checkpoint_hash, lineage_root_hash, release } = body;
      const hashes = { trace_tail_hash, checkpoint_hash, lineage_root_hash, wal_terminal_hash: digestOf(stored.hash) };
      const pointer = digestOf(this.#sha256(encodeCommitPointer({ v: 1, rollout_id, ...hashes })));
      this.#commits.push({ root, release, pointer });
    }
  }

  #revalidated(body: Revalidated, { record }: StoredRecord): number {
    const { at_unix_ms, seq } = record;
    const root = newRoot(`revalidation ${this.stream}#${seq}`, "ephemeral", { isEvidence: true });
    root.objects.push(
      { digest: body.report_hash, path: ["report_hash"], named_unix_ms: at_unix_ms },
      { digest: body.manifest, path: ["manifest"], named_unix_ms: at_unix_ms },
    );
    return this.#add(root);
  }
}

/** Retries go by one plan; should they ever not, the longer class holds. */
function longerOf(a: Root["class"], b: Root["class"]): Root["class"] {
  return RETENTION_CLASSES.indexOf(a) < RETENTION_CLASSES.indexOf(b) ? a : b;
}

/**
 * The last commits, and the last one of each of as many releases: who went to and fro between two releases can still go
 * back to a third.
 */
function recentOf(commits: readonly CommittedRoot[]): readonly CommittedRoot[] {
  const newest = new Map<Digest, CommittedRoot>();
  for (const commit of commits.toReversed())
    if (!newest.has(commit.release) && newest.size < RECENT_COMMITS_MAX) newest.set(commit.release, commit);
  return [...commits.slice(-RECENT_COMMITS_MAX), ...newest.values()];
}
