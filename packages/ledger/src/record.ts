/**
 * The record: one fact that somebody caused, chained to the one before it.
 *
 * `record_hash = SHA-256(CBOR(["wal_record", record]))`, `prev` is the hash of the record before it and, for seq 0,
 * `SHA-256(CBOR(["wal_genesis", stream]))`.
 */
import type { CborValue } from "@tau-edge/encoding";

export interface Actor {
  readonly kind: "local" | "token" | "did" | "system";
  /** Who, in the words of that kind: a login name, a token id, a DID, the name of a component. */
  readonly id: string;
}

/** What a use case wants to say; the writer adds seq, time and chain. */
export interface RecordDraft {
  /** Lowercase words joined by `_`, such as `artifact_packaged`. */
  readonly type: string;
  readonly actor: Actor;
  readonly body: { readonly [key: string]: CborValue };
  /** Heads of other streams that the decision depended on. */
  readonly seen?: { readonly stream: string; readonly seq: number; readonly hash: Uint8Array };
}

export interface LedgerRecord extends RecordDraft {
  readonly v: 1;
  readonly stream: string;
  /** From 0, without gaps. */
  readonly seq: number;
  /** Unix milliseconds: the later of the writer's clock and the previous record's time. */
  readonly at_unix_ms: number;
  /** 32 bytes. */
  readonly prev: Uint8Array;
}

/** A record with its identity and its stored bytes. */
export interface StoredRecord {
  readonly record: LedgerRecord;
  /** Canonical CBOR of `record`: what is hashed, and never re-encoded. */
  readonly bytes: Uint8Array;
  /** 32 bytes. */
  readonly hash: Uint8Array;
}

/** The end of a stream: the last record's seq and hash; `seq` is -1 and `hash` the genesis hash when it is empty. */
export interface Head {
  readonly seq: number;
  readonly hash: Uint8Array;
  readonly at_unix_ms: number;
}
