/** Hash-chained records, one writer a stream. */

import type { Digest } from "@tau-edge/encoding";
import type { Head, RecordDraft, StoredRecord } from "@tau-edge/ledger";

/** Where a stream ends, as it is stored. */
export interface StreamEnd {
  readonly stream: string;
  readonly seq: number;
  /** 32 bytes. */
  readonly hash: Uint8Array;
}

export interface LedgerReader {
  /** Names of all streams that have records, sorted. */
  streams(): Promise<readonly string[]>;
  /**
   * The ends of all streams that have records, sorted by stream: one question, however many streams there are. They say
   * what is new; only `head` and `read` prove that a record is what its hash says.
   */
  ends(): Promise<readonly StreamEnd[]>;
  /** The end of the stream; of an empty or unknown one, seq -1 and the genesis hash. */
  head(stream: string): Promise<Head>;
  /**
   * Records with `seq >= from`, in order, at most `limit` of them (at most READ_PAGE_RECORDS_MAX).
   * @throws PortError `ledger_corrupt` when a stored record does not decode or does not chain, `ledger_newer` when it
   *   was written by a newer version
   */
  read(stream: string, from: number, limit: number): Promise<readonly StoredRecord[]>;
}

export interface AppendRequest {
  readonly stream: string;
  /** The seq that the caller saw last (-1 for an empty stream). */
  readonly expected_seq: number;
  readonly drafts: readonly RecordDraft[];
  /** Objects that the drafts name. The store checks in the same transaction that each of them exists and is not condemned. */
  readonly objects: readonly Digest[];
  /** Unix ms by the caller's clock. */
  readonly now_unix_ms: number;
  /** Somebody vouches for a clock that jumped (decisions 17); one of the drafts says who. */
  readonly accept_clock_jump?: boolean;
}

export type AppendResult =
  | { readonly outcome: "appended"; readonly records: readonly StoredRecord[]; readonly head: Head }
  /** Somebody else was first: read again, decide again. Nothing was written. */
  | { readonly outcome: "conflict"; readonly head: Head };

export interface LedgerStore extends LedgerReader {
  /**
   * Appends all drafts or none. When it returns `appended`, they survive a power cut.
   * @throws PortError `clock_jump` (decisions 17), `record_too_large`, `object_condemned`, `store_full`,
   *   `store_poisoned`, `store_unavailable`, `ledger_corrupt`, `ledger_newer`
   * @throws LedgerError for a stream name or a draft that no ledger takes
   */
  append(request: AppendRequest): Promise<AppendResult>;
}

/**
 * Larger pages are slower: at 1,000 records a reader that lets go of each page proves 140,000 records/s, at 256 it
 * proves 200,000, because a page then fits the caches of a processor. The largest one has 16 MiB.
 */
export const READ_PAGE_RECORDS_MAX = 256;
