/** The ledger in a map. Stores that share the map are processes that share a disk. */
import { type Digest, sha256 as portableSha256, type Sha256 } from "@tau-edge/encoding";
import { type Head, isStreamName, LedgerError, type StoredRecord } from "@tau-edge/ledger";
import {
  type AppendRequest,
  type AppendResult,
  type LedgerStore,
  PortError,
  READ_PAGE_RECORDS_MAX,
  type StoredRow,
  type StreamEnd,
  sealAppend,
  verifyHead,
  verifyRows,
} from "@tau-edge/ports";
import { Faults } from "./faults.ts";
import { type MemoryCollectionRows, rowsBeside } from "./memory-collection-rows.ts";

export interface MemoryLedgerOptions {
  readonly sha256?: Sha256;
  /** Rows of each stream in order; may be shared and changed from outside. */
  readonly rows?: Map<string, StoredRow[]>;
  /** The objects that records may name; without it, any. */
  readonly objects?: ReadonlyMap<Digest, Uint8Array>;
  readonly faults?: Faults;
  /** Names and marks; those that belong to `rows` unless said otherwise. */
  readonly beside?: MemoryCollectionRows;
}

export class MemoryLedgerStore implements LedgerStore {
  readonly rows: Map<string, StoredRow[]>;
  readonly beside: MemoryCollectionRows;
  readonly #objects: ReadonlyMap<Digest, Uint8Array> | undefined;
  readonly #sha256: Sha256;
  readonly #faults: Faults;

  constructor(options: MemoryLedgerOptions = {}) {
    this.rows = options.rows ?? new Map();
    this.beside = options.beside ?? rowsBeside(this.rows);
    this.#objects = options.objects;
    this.#sha256 = options.sha256 ?? portableSha256;
    this.#faults = options.faults ?? new Faults();
  }

  async streams(): Promise<readonly string[]> {
    return [...this.rows.keys()].sort();
  }

  async ends(): Promise<readonly StreamEnd[]> {
    const names = [...this.rows.keys()].sort();
    return names.flatMap((stream) => {
      const last = this.rows.get(stream)?.at(-1);
      return last === undefined ? [] : [{ stream, seq: last.seq, hash: last.hash }];
    });
  }

  async head(stream: string): Promise<Head> {
    return this.#head(stream);
  }

  async read(stream: string, from: number, limit: number): Promise<readonly StoredRecord[]> {
    const wanted = Math.min(limit, READ_PAGE_RECORDS_MAX);
    if (wanted <= 0) return [];
    const rows = (this.rows.get(stream) ?? []).filter(({ seq }) => seq >= from - 1 && seq < from + wanted);
    return verifyRows(rows, Math.max(0, from), stream, this.#sha256);
  }

  append(request: AppendRequest): Promise<AppendResult> {
    return this.appendWith(request, {});
  }

  /** Appends together with what else belongs into the same write, or gives something instead and writes nothing. */
  async appendWith<T = never>(
    request: AppendRequest,
    { instead, also }: { instead?: () => T | undefined; also?: (appended: readonly StoredRecord[]) => void },
  ): Promise<AppendResult | T> {
    if (!isStreamName(request.stream)) throw new LedgerError("stream_malformed", "stream", "Not the name of a stream");
    const head = this.#head(request.stream);
    const result = sealAppend(request, head, this.#sha256);
    if (result.outcome === "conflict") return result;
    const other = instead?.();
    if (other !== undefined) return other;
    for (const digest of request.objects)
      if (this.#objects?.has(digest) === false)
        throw new PortError("object_condemned", digest, "A record names an object that is not stored");
    return this.#faults.write(request.stream, () => {
      const rows = this.rows.get(request.stream) ?? [];
      rows.push(...result.records.map(({ record, bytes, hash }) => ({ seq: record.seq, bytes, hash })));
      if (rows.length > 0) this.rows.set(request.stream, rows);
      for (const { record } of result.records)
        for (const digest of new Set(request.objects))
          this.beside.name({ digest, stream: request.stream, seq: record.seq });
      also?.(result.records);
      return result;
    });
  }

  #head(stream: string): Head {
    return verifyHead((this.rows.get(stream) ?? []).slice(-2), stream, this.#sha256);
  }
}
