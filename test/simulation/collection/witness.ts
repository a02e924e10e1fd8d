/**
 * Sees every append and every deletion as it happens, and compares them with the model. What it finds is kept until
 * somebody asks: it looks on from inside of a store, where nothing may be thrown.
 */
import { type Digest, digestOf, sha256 } from "@tau-edge/encoding";
import { COLLECTION_GRACE_MS_MIN, type StoredRecord, SYSTEM_STREAM } from "@tau-edge/ledger";
import { HoldingsModel, type ModelHolding } from "./holdings-model.ts";

/** An append, and what a collection said beside it. */
export interface Seen {
  readonly kind: "append" | "condemn" | "collect";
  readonly records: readonly StoredRecord[];
  /** That the records name. */
  readonly names: readonly Digest[];
  /** That were condemned or collected. */
  readonly digests: readonly Digest[];
  readonly clock_unix_ms: number;
}

interface Condemned {
  readonly at_unix_ms: number;
  /** As the model counts. */
  readonly order: number;
}

export class Witness {
  readonly model = new HoldingsModel();
  /** Everything that was appended. */
  readonly seen: { readonly stored: StoredRecord; readonly names: readonly Digest[] }[] = [];
  readonly #objects: ReadonlyMap<Digest, Uint8Array>;
  /** By object and record. */
  readonly #condemned = new Map<string, Condemned>();
  /** Objects that are condemned, as far as records say. */
  readonly #waiting = new Set<Digest>();
  readonly #lists = new Map<Digest, readonly Digest[]>();
  /** What each record collected. */
  readonly #log = new Map<string, readonly Digest[]>();
  /** What had let go of each object when it was collected. */
  readonly #passed = new Map<Digest, ReadonlySet<string>>();
  #problem: string | undefined;
  collected = 0;
  rescued = 0;

  /**
   * @param objects as they are stored
   * @param from what another one saw before, when nothing was condemned yet
   */
  constructor(objects: ReadonlyMap<Digest, Uint8Array>, from?: Witness) {
    this.#objects = objects;
    for (const { stored, names } of from?.seen ?? []) this.model.take(stored, names);
  }

  /** @throws the first problem */
  assertSound(): void {
    if (this.#problem !== undefined) throw new Error(this.#problem);
  }

  see(seen: Seen): void {
    const { kind, records, names, digests } = seen;
    const last = records.at(-1);
    if (last === undefined) return;
    for (const digest of names) {
      if (!this.#objects.has(digest)) this.#report(`${at(last)} names ${digest}, which is gone`);
      if (this.#waiting.delete(digest)) this.rescued += 1;
    }
    const naming = records.find(({ record }) => record.type.startsWith("objects_")) ?? last;
    if (kind === "collect") this.#checkCollected(naming, seen);
    for (const stored of records) {
      this.model.take(stored, names);
      this.seen.push({ stored, names });
    }
    if (kind === "collect") this.#collect(naming, digests);
    if (kind === "condemn") this.#condemn(naming, digests);
    if (kind === "append") this.#checkHeld(last.record.stream);
    const [list] = names;
    if (kind !== "append" && list !== undefined) this.#lists.set(list, digests);
  }

  /** Objects whose bytes went in this step. What let go of them may be lengthened afterwards, and what is new may not be there. */
  removed(digests: readonly Digest[]): void {
    for (const digest of digests)
      if (this.model.explanation(digest) === undefined) this.#report(`${digest} is gone, and no record says why`);
    if (digests.length === 0) return;
    for (const [holding, digest] of this.#holding(new Set(digests), (stream) => this.model.timeOf(stream)))
      if (this.#passed.get(digest)?.has(describe(holding)) !== true)
        this.#report(`${digest} is gone, and ${describe(holding)} needs it`);
  }

  /** What the deletion log says of one record, whole. */
  checkLog(place: string, objects: readonly { readonly digest: Digest }[]): void {
    const logged = objects.map(({ digest }) => digest).sort();
    if (logged.join() !== [...(this.#log.get(place) ?? [])].sort().join()) this.#report(`the log of ${place} is wrong`);
    this.#log.delete(place);
  }

  /** Everything that any record names is stored or was collected, and the log says which, by lists that are stored. */
  checkEnd(): void {
    for (const digest of this.model.named())
      if (!this.#objects.has(digest) && this.model.explanation(digest) === undefined)
        this.#report(`${digest} is missing, and no record says why`);
    for (const place of this.#log.keys()) this.#report(`the log lacks ${place}`);
    for (const [list, digests] of this.#lists) {
      const bytes = this.#objects.get(list);
      if (bytes === undefined || digestOf(sha256(bytes)) !== list) this.#report(`the list ${list} cannot be read`);
      else if (listed(bytes) !== [...digests].sort().join(" ")) this.#report(`the list ${list} has other objects`);
    }
    this.assertSound();
  }

  #checkCollected({ record }: StoredRecord, { digests, clock_unix_ms }: Seen): void {
    const nowOf = (stream: string) =>
      stream === record.stream ? record.at_unix_ms : this.#latest(stream, clock_unix_ms);
    for (const digest of digests) {
      const condemned = this.#condemned.get(`${digest} ${record.stream}#${record.body["condemned_seq"]}`);
      if (condemned === undefined) this.#report(`${record.stream}#${record.seq} collects ${digest} uncondemned`);
      else if (this.model.namedSince(digest, condemned.order))
        this.#report(`${record.stream}#${record.seq} collects ${digest}, which was named after it was condemned`);
      else if (record.at_unix_ms - condemned.at_unix_ms < COLLECTION_GRACE_MS_MIN)
        this.#report(`${record.stream}#${record.seq} collects ${digest} within its grace`);
    }
    for (const [holding, digest] of this.#holding(new Set(digests), nowOf))
      this.#report(`${record.stream}#${record.seq} collects ${digest}, and ${describe(holding)} needs it`);
  }

  #collect(stored: StoredRecord, digests: readonly Digest[]): void {
    this.model.collect(stored, digests);
    this.#log.set(`${stored.record.stream}#${stored.record.seq}`, digests);
    this.collected += digests.length;
    const passed = new Set([...this.model.holdings()].map(describe));
    for (const digest of digests) {
      this.#waiting.delete(digest);
      this.#passed.set(digest, passed);
    }
  }

  #condemn({ record }: StoredRecord, digests: readonly Digest[]): void {
    const { stream, seq, at_unix_ms } = record;
    for (const digest of digests) {
      this.#condemned.set(`${digest} ${stream}#${seq}`, { at_unix_ms, order: this.model.order });
      this.#waiting.add(digest);
    }
  }

  /** Whatever a stream needs now is there, also where its last record did not name it. */
  #checkHeld(stream: string): void {
    const held = stream === SYSTEM_STREAM ? this.model.holdings() : this.model.holdingsOf(stream);
    for (const holding of held)
      if (holding.ended_unix_ms === undefined)
        for (const digest of holding.objects)
          if (!this.#objects.has(digest)) this.#report(`${describe(holding)} needs ${digest}, which is gone`);
  }

  *#holding(
    wanted: ReadonlySet<Digest>,
    nowOf: (stream: string) => number,
  ): Generator<readonly [ModelHolding, Digest]> {
    for (const holding of this.model.holdings()) {
      const { ended_unix_ms, window_ms, stream } = holding;
      if (ended_unix_ms !== undefined && nowOf(stream) - ended_unix_ms >= window_ms) continue;
      for (const digest of holding.objects) if (wanted.has(digest)) yield [holding, digest];
    }
  }

  #latest(stream: string, clock_unix_ms: number): number {
    return Math.max(this.model.timeOf(stream), clock_unix_ms);
  }

  #report(problem: string): void {
    this.#problem ??= problem;
  }
}

function at({ record }: StoredRecord): string {
  return `${record.stream}#${record.seq} ${record.type}`;
}

function describe({ root, ended_unix_ms }: ModelHolding): string {
  return ended_unix_ms === undefined ? root : `${root}, which ended at ${ended_unix_ms},`;
}

function listed(bytes: Uint8Array): string {
  const { objects }: { objects: readonly { digest: string }[] } = JSON.parse(new TextDecoder().decode(bytes));
  return objects
    .map(({ digest }) => digest)
    .sort()
    .join(" ");
}
