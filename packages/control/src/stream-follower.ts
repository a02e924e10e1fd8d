/**
 * Follows the streams of a ledger: each refresh reads only the records that were appended since the last one, so the cost
 * over the life of a process is linear. What is made of the records is the caller's.
 */
import { toHex } from "@tau-edge/encoding";
import { type BlueprintStream, isStreamName, parseStream, type StoredRecord } from "@tau-edge/ledger";
import { type LedgerReader, PortError, READ_PAGE_RECORDS_MAX, type StreamEnd } from "@tau-edge/ports";
import { CYCLE_STREAM } from "./stream.ts";

export interface Following<Value> {
  /** What is known of a stream before its first record. */
  begin(stream: BlueprintStream): Value;
  /** What is known with one record more. Where it throws, the record counts as not read. */
  take(known: Value, stored: StoredRecord): Value;
  /** All that was taken is void: somebody put another ledger in its place. */
  forget?(): void;
}

export interface Followed<Value> {
  readonly seq: number;
  /** Of the last record; 64 hex digits. */
  readonly record_hash: string;
  readonly at_unix_ms: number;
  readonly value: Value;
}

/** Streams of blueprints only; `system` and the cycles belong to nobody's deliverables and nobody's rollouts. */
export class StreamFollower<Value> {
  readonly #ledger: LedgerReader;
  readonly #following: Following<Value>;
  readonly #streams = new Map<string, Followed<Value>>();
  readonly #failures = new Map<string, unknown>();
  /** Refreshes run one after another: two at once would read the same records twice. */
  #last: Promise<void> = Promise.resolve();
  /** The refresh that has not begun yet. */
  #waiting: Promise<void> | undefined;

  constructor(ledger: LedgerReader, following: Following<Value>) {
    this.#ledger = ledger;
    this.#following = following;
  }

  /** As of the last refresh; those of streams that could not be read further stand where they stood. */
  get streams(): ReadonlyMap<string, Followed<Value>> {
    return this.#streams;
  }

  /** Streams whose records could not all be read, and why. */
  get failures(): ReadonlyMap<string, unknown> {
    return this.#failures;
  }

  /**
   * Up to the ledger's head. Who asks while a refresh is waiting for its turn shares it: it will see everything that was
   * there when they asked.
   * @throws PortError when the ledger itself cannot be asked; what is wrong with one stream is in `failures`
   */
  refresh(): Promise<void> {
    this.#waiting ??= this.#last.then(() => {
      this.#waiting = undefined;
      return this.#readOn();
    });
    this.#last = this.#waiting.catch(() => undefined);
    return this.#waiting;
  }

  /** Begins again from nothing at the next refresh. */
  forget(): void {
    this.#streams.clear();
    this.#failures.clear();
    this.#following.forget?.();
  }

  async #readOn(): Promise<void> {
    if (await this.#followAll()) return;
    this.forget();
    if (await this.#followAll()) return;
    this.forget();
    throw new PortError("ledger_corrupt", "ledger", "A stream changes under the reader");
  }

  async #followAll(): Promise<boolean> {
    const ends = await this.#ledger.ends();
    const names = new Set(ends.map(({ stream }) => stream));
    for (const known of this.#streams.keys()) if (!names.has(known)) return false;
    this.#failures.clear();
    for (const end of ends) {
      if (!isStreamName(end.stream) || end.stream === CYCLE_STREAM) continue;
      const name = parseStream(end.stream);
      if (name !== "system" && !(await this.#tryToFollow(end, name))) return false;
    }
    return true;
  }

  /** @returns false when the stream does not continue what was read before */
  async #tryToFollow(end: StreamEnd, name: BlueprintStream): Promise<boolean> {
    try {
      return await this.#follow(end, name);
    } catch (error) {
      this.#failures.set(end.stream, error);
      return true;
    }
  }

  async #follow(end: StreamEnd, name: BlueprintStream): Promise<boolean> {
    const { stream } = end;
    const known = this.#streams.get(stream);
    if (known !== undefined && end.seq <= known.seq)
      return end.seq === known.seq && toHex(end.hash) === known.record_hash;
    let followed = known ?? { seq: -1, record_hash: "", at_unix_ms: 0, value: this.#following.begin(name) };
    while (followed.seq < end.seq) {
      const page = await this.#ledger.read(stream, followed.seq + 1, READ_PAGE_RECORDS_MAX);
      const first = page[0];
      if (first === undefined) return false;
      if (followed.seq >= 0 && toHex(first.record.prev) !== followed.record_hash) return false;
      for (const stored of page) {
        followed = this.#take(followed, stored);
        this.#streams.set(stream, followed);
      }
    }
    return true;
  }

  #take({ value }: Followed<Value>, stored: StoredRecord): Followed<Value> {
    return {
      value: this.#following.take(value, stored),
      seq: stored.record.seq,
      record_hash: toHex(stored.hash),
      at_unix_ms: stored.record.at_unix_ms,
    };
  }
}
