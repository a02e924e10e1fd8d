/** A record as bytes and back. Both ways check every field, so that nothing is stored that cannot be read again. */
import { type CborValue, decodeCbor, EncodingError, encodeCbor, type Sha256, utf8Length } from "@tau-edge/encoding";
import { LedgerError } from "./errors.ts";
import { ACTOR_ID_BYTES_MAX, RECORD_BYTES_MAX, RECORD_TYPE_CHARS_MAX } from "./limits.ts";
import type { Actor, LedgerRecord } from "./record.ts";
import { isStreamName } from "./stream.ts";

export const HASH_BYTES = 32;

/**
 * Canonical CBOR.
 * @throws LedgerError `record_malformed`, `record_too_large`
 */
export function encodeRecord(record: LedgerRecord): Uint8Array<ArrayBuffer> {
  const { actor, seen } = record;
  const value: { [key: string]: CborValue } = {
    v: record.v,
    stream: record.stream,
    seq: record.seq,
    at_unix_ms: record.at_unix_ms,
    actor: { kind: actor.kind, id: actor.id },
    type: record.type,
    body: record.body,
    prev: record.prev,
  };
  if (seen !== undefined) value["seen"] = { stream: seen.stream, seq: seen.seq, hash: seen.hash };
  toRecord(value);
  const bytes = encodeOrThrow(value);
  if (bytes.length > RECORD_BYTES_MAX) throw tooLarge(bytes.length);
  return bytes;
}

/**
 * @throws LedgerError `record_encoding` (with the EncodingError as cause), `record_malformed`, `record_newer`,
 * `record_too_large`
 */
export function decodeRecord(bytes: Uint8Array): LedgerRecord {
  if (bytes.length > RECORD_BYTES_MAX) throw tooLarge(bytes.length);
  try {
    return toRecord(decodeCbor(bytes));
  } catch (cause) {
    if (cause instanceof EncodingError)
      throw new LedgerError("record_encoding", `offset ${cause.at}`, "The record is not canonical CBOR", cause);
    throw cause;
  }
}

/** `CBOR(["wal_record", record])` up to the record: the head of an array of two, and the text (RFC 8949 section 3). */
const RECORD_PREFIX = encodeCbor(["wal_record", 0]).subarray(0, -1);

/** Used again by every call, because a new buffer costs more than the hash of a small record. */
const preimage = new Uint8Array(RECORD_PREFIX.length + RECORD_BYTES_MAX);
preimage.set(RECORD_PREFIX);

/**
 * `SHA-256(CBOR(["wal_record", record]))` from the record's stored bytes; nothing is encoded again.
 * @returns 32 bytes
 * @throws LedgerError `record_too_large`
 */
export function recordHash(sha256: Sha256, bytes: Uint8Array): Uint8Array {
  if (bytes.length > RECORD_BYTES_MAX) throw tooLarge(bytes.length);
  preimage.set(bytes, RECORD_PREFIX.length);
  return sha256(preimage.subarray(0, RECORD_PREFIX.length + bytes.length));
}

/** What the first record of a stream names as `prev`: `SHA-256(CBOR(["wal_genesis", stream]))`. */
export function genesisHash(sha256: Sha256, stream: string): Uint8Array {
  if (!isStreamName(stream)) throw new LedgerError("stream_malformed", "", "Not the name of a stream");
  return sha256(encodeCbor(["wal_genesis", stream]));
}

const FIELDS = ["v", "stream", "seq", "at_unix_ms", "actor", "type", "body", "prev"] as const;
const TYPE = /^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/;
const ACTOR_KINDS: ReadonlySet<unknown> = new Set(["local", "token", "did", "system"] satisfies Actor["kind"][]);

type Fields = { readonly [key: string]: CborValue };

function toRecord(value: CborValue): LedgerRecord {
  if (!isMap(value)) throw malformed("", "A record is a map");
  // The version first: a newer record may have fields that this program does not know.
  const version = value["v"];
  if (typeof version === "number" && version > 1)
    throw new LedgerError("record_newer", "v", `Version ${version}; this program knows 1`);
  if (version !== 1) throw malformed("v", "The version is 1");
  const body = value["body"];
  if (body === undefined || !isMap(body)) throw malformed("body", "A map");
  const record: LedgerRecord = {
    v: 1,
    stream: streamName(value["stream"], "stream"),
    seq: integer(value["seq"], 0, "seq"),
    at_unix_ms: integer(value["at_unix_ms"], 0, "at_unix_ms"),
    actor: toActor(value["actor"]),
    type: typeName(value["type"]),
    body,
    prev: hash(value["prev"], "prev"),
  };
  if (!Object.hasOwn(value, "seen")) {
    exactly(value, FIELDS.length, "");
    return record;
  }
  exactly(value, FIELDS.length + 1, "");
  return { ...record, seen: toSeen(value["seen"], record.stream) };
}

function toActor(value: CborValue | undefined): Actor {
  if (value === undefined || !isMap(value)) throw malformed("actor", "A map");
  exactly(value, 2, "actor");
  const kind = value["kind"];
  if (!isActorKind(kind)) throw malformed("actor.kind", "One of local, token, did, system");
  const id = value["id"];
  if (typeof id !== "string" || id === "" || utf8Length(id) > ACTOR_ID_BYTES_MAX)
    throw malformed("actor.id", `A text of 1 to ${ACTOR_ID_BYTES_MAX} bytes`);
  return { kind, id };
}

function isActorKind(kind: CborValue | undefined): kind is Actor["kind"] {
  return ACTOR_KINDS.has(kind);
}

function toSeen(value: CborValue | undefined, own: string): NonNullable<LedgerRecord["seen"]> {
  if (value === undefined || !isMap(value)) throw malformed("seen", "A map");
  exactly(value, 3, "seen");
  const stream = streamName(value["stream"], "seen.stream");
  if (stream === own) throw malformed("seen.stream", "Another stream than the record's own");
  // -1 is the head of a stream without records.
  return { stream, seq: integer(value["seq"], -1, "seen.seq"), hash: hash(value["hash"], "seen.hash") };
}

function streamName(value: CborValue | undefined, at: string): string {
  if (typeof value !== "string" || !isStreamName(value)) throw malformed(at, "The name of a stream");
  return value;
}

function typeName(value: CborValue | undefined): string {
  if (typeof value !== "string" || value.length > RECORD_TYPE_CHARS_MAX || !TYPE.test(value))
    throw malformed("type", `Lowercase words joined by \`_\`, at most ${RECORD_TYPE_CHARS_MAX} characters`);
  return value;
}

function integer(value: CborValue | undefined, min: number, at: string): number {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < min)
    throw malformed(at, `An integer from ${min} to 2^53-1`);
  return value;
}

function hash(value: CborValue | undefined, at: string): Uint8Array {
  if (!(value instanceof Uint8Array) || value.length !== HASH_BYTES) throw malformed(at, "32 bytes");
  return value;
}

/** All known fields were found, so another number of fields means that there are unknown ones. */
function exactly(map: Fields, count: number, at: string): void {
  if (Object.keys(map).length !== count) throw malformed(at, "An unknown field");
}

function isMap(value: CborValue): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}

function encodeOrThrow(value: CborValue): Uint8Array<ArrayBuffer> {
  try {
    return encodeCbor(value);
  } catch (cause) {
    if (!(cause instanceof EncodingError)) throw cause;
    if (cause.code === "cbor_too_large") throw tooLarge(undefined, cause);
    throw new LedgerError("record_malformed", String(cause.at), "A value that CBOR cannot carry", cause);
  }
}

function tooLarge(bytes: number | undefined, cause?: unknown): LedgerError {
  const size = bytes === undefined ? "" : `${bytes} bytes, `;
  return new LedgerError("record_too_large", "", `${size}at most ${RECORD_BYTES_MAX} are stored`, cause);
}

function malformed(at: string, expected: string): LedgerError {
  return new LedgerError("record_malformed", at, `Expected: ${expected}`);
}
