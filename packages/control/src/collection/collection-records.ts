/**
 * The records of a collection: what was looked at, condemned and collected, which releases are pinned, and which windows
 * are longer than by default. Lists of objects are objects themselves, because a record has 64 KiB.
 */
import { type Digest, digestBytes } from "@tau-edge/encoding";
import { type Actor, isRetentionTerm, type RecordDraft, type RetentionTerm, type StoredRecord } from "@tau-edge/ledger";
import { PortError } from "@tau-edge/ports";
import { readFields } from "../record-fields.ts";
import type { Amount } from "./collection.ts";

/** In the stream that owns the objects. */
export const OBJECTS_CONDEMNED = "objects_condemned";
export const OBJECTS_COLLECTED = "objects_collected";
/** In `system`. */
export const COLLECTION_PLANNED = "collection_planned";
export const RELEASE_PINNED = "release_pinned";
export const RELEASE_UNPINNED = "release_unpinned";
export const RETENTION_LENGTHENED = "retention_lengthened";

export interface ListFacts {
  readonly list: Digest;
  readonly count: number;
  readonly size_bytes: number;
}

export function draftCondemned({ list, count, size_bytes }: ListFacts, actor: Actor): RecordDraft {
  return { type: OBJECTS_CONDEMNED, actor, body: { v: 1, list: digestBytes(list), count, size_bytes } };
}

export interface CollectedFacts extends ListFacts {
  /** The record of the same stream that condemned them. */
  readonly condemned_seq: number;
}

export function draftCollected(facts: CollectedFacts, actor: Actor): RecordDraft {
  const { list, count, size_bytes, condemned_seq } = facts;
  const body = { v: 1, list: digestBytes(list), count, size_bytes, condemned_seq };
  return { type: OBJECTS_COLLECTED, actor, body };
}

/** @throws PortError `ledger_corrupt` when a field is missing or of another type */
export function readCollected(stored: StoredRecord): CollectedFacts {
  const fields = readFields(stored);
  return {
    list: fields.digest("list"),
    count: fields.count("count"),
    size_bytes: fields.count("size_bytes"),
    condemned_seq: fields.count("condemned_seq"),
  };
}

export interface PlannedFacts {
  readonly condemned: Amount;
  readonly rescinded: number;
  readonly kept: Amount;
  /** Of all, those that no record names. */
  readonly orphans: Amount;
}

export function draftPlanned({ condemned, rescinded, kept, orphans }: PlannedFacts, actor: Actor): RecordDraft {
  const body = { v: 1, condemned: { ...condemned }, rescinded, kept: { ...kept }, orphans: { ...orphans } };
  return { type: COLLECTION_PLANNED, actor, body };
}

export interface PinFacts {
  readonly release: Digest;
  readonly reason: string;
}

export function draftPinned({ release, reason }: PinFacts, actor: Actor): RecordDraft {
  return { type: RELEASE_PINNED, actor, body: { release: digestBytes(release), reason } };
}

export function draftUnpinned({ release, reason }: PinFacts, actor: Actor): RecordDraft {
  return { type: RELEASE_UNPINNED, actor, body: { release: digestBytes(release), reason } };
}

/** Of both. @throws PortError `ledger_corrupt` */
export function readPin(stored: StoredRecord): PinFacts {
  const fields = readFields(stored);
  return { release: fields.digest("release"), reason: fields.text("reason") };
}

export interface LengthenedFacts {
  readonly term: RetentionTerm;
  readonly window_ms: number;
  readonly reason: string;
}

export function draftLengthened({ term, window_ms, reason }: LengthenedFacts, actor: Actor): RecordDraft {
  return { type: RETENTION_LENGTHENED, actor, body: { class: term, window_ms, reason } };
}

/** @throws PortError `ledger_corrupt`: a window that cannot be read may be any */
export function readLengthened(stored: StoredRecord): LengthenedFacts {
  const fields = readFields(stored);
  const term = fields.text("class");
  const { stream, seq } = stored.record;
  if (!isRetentionTerm(term))
    throw new PortError("ledger_corrupt", `${stream}#${seq}`, "The field class of the record is no class");
  return { term, window_ms: fields.count("window_ms"), reason: fields.text("reason") };
}
