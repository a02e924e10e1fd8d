/**
 * The stamp `tau_edge` that we leave in `state.json`, and what it says about the bytes around it.
 *
 * - `written_sha256`: SHA-256 of the file's bytes with this one field empty (`"written_sha256": ""`), as 64 hex digits.
 *   It holds exactly when nobody has touched the file since.
 * - `known_sha256`: SHA-256 of the keys that this program answers for, `{schema_version, wasm_deliverables}`, sorted by
 *   key at every depth and written with two spaces a level. It holds when somebody changed only keys that are not ours.
 */
import {
  compareUtf8,
  decodeUtf8,
  type ExactJsonValue,
  encodeUtf8,
  type Sha256,
  toHex,
  writePrettyJson,
} from "@tau-edge/encoding";
import { isObject, type JsonObject, own, ownOr } from "./state-document.ts";

/** Where in the ledger the file stands. */
export interface LedgerPosition {
  readonly seq: number;
  /** Of the record with that seq, as text. */
  readonly record_hash: string;
}

/** What a runner of ours wrote last. */
export interface CyclesStamp extends LedgerPosition {
  readonly sha256: string;
}

export interface StateStamp extends LedgerPosition {
  readonly written_sha256: string;
  readonly known_sha256: string;
  /** Absent until a runner of ours has written the file. */
  readonly cycles?: CyclesStamp;
}

export type Authorship =
  /** No stamp: the original wrote the file, or nobody of ours yet. */
  | { readonly by: "original" }
  | { readonly by: "us"; readonly stamp: StateStamp }
  /** Somebody changed keys that are not ours; they are to be taken over. */
  | { readonly by: "other_keys"; readonly stamp: StateStamp }
  /** Somebody changed what we answer for. */
  | { readonly by: "foreign"; readonly at: string };

export function authorshipOf(document: JsonObject, bytes: Uint8Array, sha256: Sha256): Authorship {
  if (!Object.hasOwn(document, "tau_edge")) return { by: "original" };
  const stamp = readStamp(own(document, "tau_edge"));
  if (stamp === undefined) return { by: "foreign", at: "$.tau_edge" };
  if (withoutHash(bytes, stamp.written_sha256, sha256) === stamp.written_sha256) return { by: "us", stamp };
  if (knownSha256(document, sha256) === stamp.known_sha256) return { by: "other_keys", stamp };
  return { by: "foreign", at: "$.wasm_deliverables" };
}

/** The document with its stamp as the last key, as bytes. */
export function stampDocument(document: JsonObject, position: LedgerPosition, sha256: Sha256): Uint8Array<ArrayBuffer> {
  const { tau_edge: _, ...rest } = document;
  const stamp = { seq: position.seq, record_hash: position.record_hash, known_sha256: knownSha256(rest, sha256) };
  const render = (hash: string) => writePrettyJson({ ...rest, tau_edge: { ...stamp, written_sha256: hash } });
  return render(toHex(sha256(render(""))));
}

function readStamp(value: ExactJsonValue | undefined): StateStamp | undefined {
  if (!isObject(value)) return undefined;
  const seq = own(value, "seq");
  const record_hash = own(value, "record_hash");
  const written_sha256 = own(value, "written_sha256");
  const known_sha256 = own(value, "known_sha256");
  if (typeof seq !== "number" || typeof record_hash !== "string") return undefined;
  if (!isHash(written_sha256) || !isHash(known_sha256)) return undefined;
  return { seq, record_hash, written_sha256, known_sha256 };
}

const isHash = (value: unknown): value is string => typeof value === "string" && /^[0-9a-f]{64}$/.test(value);

/** The stamp is the last key of the file, so the last place that reads like the field is the field. */
function withoutHash(bytes: Uint8Array, hash: string, sha256: Sha256): string | undefined {
  const text = decodeUtf8(bytes);
  const field = `"written_sha256": "${hash}"`;
  const at = text.lastIndexOf(field);
  if (at < 0) return undefined;
  return toHex(sha256(encodeUtf8(`${text.slice(0, at)}"written_sha256": ""${text.slice(at + field.length)}`)));
}

function knownSha256(document: JsonObject, sha256: Sha256): string {
  const known = {
    schema_version: ownOr(document, "schema_version", 1),
    wasm_deliverables: ownOr(document, "wasm_deliverables", []),
  };
  return toHex(sha256(writePrettyJson(sorted(known))));
}

/** RFC 8785 has no integers beyond 2^53-1, and other programs' entries may; so sorted here and written exactly. */
function sorted(value: ExactJsonValue): ExactJsonValue {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(([key, member]): [string, ExactJsonValue] => [key, sorted(member)]);
  return Object.fromEntries(entries.sort(([left], [right]) => compareUtf8(left, right)));
}
