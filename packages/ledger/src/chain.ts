/** Records joined into a chain: sealing new ones onto its end, and proving that stored ones still are one. */
import { equalBytes, type Sha256, toHex } from "@tau-edge/encoding";
import { LedgerError } from "./errors.ts";
import { CLOCK_AHEAD_MS_MAX, CLOCK_BEHIND_MS_MAX } from "./limits.ts";
import type { Head, LedgerRecord, RecordDraft, StoredRecord } from "./record.ts";
import { decodeRecord, encodeRecord, genesisHash, recordHash } from "./record-codec.ts";

/** The head of a stream without records. */
export function emptyHead(stream: string, sha256: Sha256): Head {
  return { seq: -1, hash: genesisHash(sha256, stream), at_unix_ms: 0 };
}

/** The head after this record. */
export function headOf(stored: StoredRecord): Head {
  return { seq: stored.record.seq, hash: stored.hash, at_unix_ms: stored.record.at_unix_ms };
}

export interface SealRequest {
  readonly stream: string;
  readonly head: Head;
  readonly drafts: readonly RecordDraft[];
  /** The writer's clock. */
  readonly now_unix_ms: number;
  readonly sha256: Sha256;
  /** Somebody looked at the clock and vouches for it; one of the drafts says so. */
  readonly accept_clock_jump?: boolean;
}

export type SealResult =
  | { readonly outcome: "sealed"; readonly records: readonly StoredRecord[]; readonly head: Head }
  /** The clock and the last record disagree (decisions 17). Nothing was sealed. */
  | { readonly outcome: "clock_jump"; readonly previous_at_unix_ms: number; readonly now_unix_ms: number };

/**
 * Gives drafts their seq, time and place in the chain. The time of a record is the later of the clock and the record
 * before it, so time never runs backwards within a stream.
 *
 * @throws LedgerError `stream_malformed`, `record_malformed`, `record_too_large`
 */
export function sealDrafts(request: SealRequest): SealResult {
  const { stream, sha256, now_unix_ms } = request;
  let head = request.head;
  if (request.accept_clock_jump !== true && clockJumped(head, now_unix_ms))
    return { outcome: "clock_jump", previous_at_unix_ms: head.at_unix_ms, now_unix_ms };
  const records: StoredRecord[] = [];
  for (const draft of request.drafts) {
    const record: LedgerRecord = {
      v: 1,
      stream,
      seq: head.seq + 1,
      at_unix_ms: Math.max(head.at_unix_ms, now_unix_ms),
      actor: draft.actor,
      type: draft.type,
      body: draft.body,
      prev: head.hash,
      ...(draft.seen === undefined ? {} : { seen: draft.seen }),
    };
    const bytes = encodeRecord(record);
    // Read back, so that what the caller gets is what is stored and shares nothing with the draft.
    const stored = { record: decodeRecord(bytes), bytes, hash: recordHash(sha256, bytes) };
    records.push(stored);
    head = headOf(stored);
  }
  return { outcome: "sealed", records, head };
}

function clockJumped(head: Head, now_unix_ms: number): boolean {
  if (head.seq < 0) return false;
  const ahead = now_unix_ms - head.at_unix_ms;
  return ahead > CLOCK_AHEAD_MS_MAX || -ahead > CLOCK_BEHIND_MS_MAX;
}

/**
 * Proves that the stored bytes are the record after `head`. Hashes the bytes as they are; canonical form is checked by
 * the decoder, so no other bytes say the same.
 *
 * @throws LedgerError `record_*`, `chain_*`
 */
export function verifyRecord(head: Head, bytes: Uint8Array, stream: string, sha256: Sha256): StoredRecord {
  const seq = head.seq + 1;
  const record = decodeAt(bytes, stream, seq);
  if (record.stream !== stream) throw broken("chain_stream", stream, seq, `The record is of ${record.stream}`);
  if (record.seq !== seq) throw broken("chain_seq", stream, seq, `The record has seq ${record.seq}`);
  if (!equalBytes(record.prev, head.hash))
    throw broken("chain_prev", stream, seq, `prev is ${toHex(record.prev)}, the hash before is ${toHex(head.hash)}`);
  if (record.at_unix_ms < head.at_unix_ms)
    throw broken("chain_time", stream, seq, `${record.at_unix_ms} follows ${head.at_unix_ms}`);
  return { record, bytes, hash: recordHash(sha256, bytes) };
}

/**
 * Proves that the stored bytes, in this order, continue the chain from `head`; page after page, by handing the result in.
 * The last record's hash is proven by nothing inside the chain: compare the result with a head that is known elsewhere.
 *
 * @throws LedgerError `record_*`, `chain_*`
 */
export function verifyChain(head: Head, stored: Iterable<Uint8Array>, stream: string, sha256: Sha256): Head {
  for (const bytes of stored) head = headOf(verifyRecord(head, bytes, stream, sha256));
  return head;
}

function decodeAt(bytes: Uint8Array, stream: string, seq: number): LedgerRecord {
  try {
    return decodeRecord(bytes);
  } catch (cause) {
    if (!(cause instanceof LedgerError)) throw cause;
    const field = cause.at === "" ? "" : ` ${cause.at}`;
    throw new LedgerError(cause.code, `${stream}#${seq}${field}`, "The stored record cannot be read", cause);
  }
}

function broken(
  code: "chain_stream" | "chain_seq" | "chain_prev" | "chain_time",
  stream: string,
  seq: number,
  detail: string,
): LedgerError {
  return new LedgerError(code, `${stream}#${seq}`, detail);
}
