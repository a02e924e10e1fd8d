/** What lies beside the records of a ledger in memory: who names what, and the marks of collection. */
import type { Digest } from "@tau-edge/encoding";
import type { MarkedObject, NamedObject, StoredRow } from "@tau-edge/ports";

export interface Collected {
  readonly stream: string;
  readonly seq: number;
}

export class MemoryCollectionRows {
  readonly named: NamedObject[];
  readonly marks: Map<Digest, MarkedObject>;
  /** The last one of each object that no record has named since. */
  readonly collected: Map<Digest, Collected>;

  /** @param from what to begin with, for a copy of a disk */
  constructor(from?: MemoryCollectionRows) {
    this.named = [...(from?.named ?? [])];
    this.marks = new Map(from?.marks);
    this.collected = new Map(from?.collected);
  }

  /** A record names an object: whatever was said of it before, it is needed now. */
  name(named: NamedObject): void {
    this.named.push(named);
    this.marks.delete(named.digest);
    this.collected.delete(named.digest);
  }
}

const besides = new WeakMap<Map<string, StoredRow[]>, MemoryCollectionRows>();

/** Ledgers that share their rows share these too. */
export function rowsBeside(rows: Map<string, StoredRow[]>): MemoryCollectionRows {
  const known = besides.get(rows) ?? new MemoryCollectionRows();
  besides.set(rows, known);
  return known;
}

const renewals = new WeakMap<ReadonlyMap<Digest, Uint8Array>, Map<Digest, number>>();

/** When each object was stored last, in Unix ms; stores that share their objects share these too. */
export function renewalsOf(objects: ReadonlyMap<Digest, Uint8Array>): Map<Digest, number> {
  const known = renewals.get(objects) ?? new Map<Digest, number>();
  renewals.set(objects, known);
  return known;
}
