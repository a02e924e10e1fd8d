/**
 * The stamp `tau_edge` that we leave in `state.json`, and what it says about the bytes around it.
 *
 * - `written_sha256`: SHA-256 of the file's bytes with this one field empty (`"written_sha256": ""`), as 64 hex digits.
 *   It holds exactly when nobody has touched the file since.
 * - `known_sha256`, `cycles.sha256` and `dids.sha256`: of what a packager, a runner and `did init` answer for (see
 *   state-digests.ts). They hold when somebody changed only keys that are not ours.
 */
import { decodeUtf8, type ExactJsonValue } from "@tau-edge/encoding";
import { isObject, type JsonObject, own } from "./state-document.ts";

export const STAMP_KEY = "tau_edge";

/** Where in the ledger the file stands. */
export interface LedgerPosition {
  readonly seq: number;
  /** Of the record with that seq, as text. */
  readonly record_hash: string;
}

/** What one of our writers wrote last. */
export interface PartStamp extends LedgerPosition {
  readonly sha256: string;
}

export interface StateStamp extends LedgerPosition {
  readonly written_sha256: string;
  readonly known_sha256: string;
  /** Absent until a runner of ours has written the file. */
  readonly cycles?: PartStamp;
  /** Absent until an identity was made. */
  readonly dids?: PartStamp;
}

export type Authorship =
  /** No stamp: the original wrote the file, or nobody of ours yet. */
  | { readonly by: "original" }
  | { readonly by: "us"; readonly stamp: StateStamp }
  /** Somebody changed keys that are not ours; they are to be taken over. */
  | { readonly by: "other_keys"; readonly stamp: StateStamp }
  /** Somebody changed what we answer for. */
  | { readonly by: "foreign"; readonly at: string };

/** As they were computed from the file. */
export interface FoundDigests {
  /** Undefined where the field does not stand in the stamp as it is written. */
  readonly written_sha256: string | undefined;
  readonly known_sha256: string;
  readonly cycles_sha256: string;
  readonly dids_sha256: string;
}

/** @param stamp `"none"` where the key is absent, undefined where what stands there is no stamp */
export function authorshipOf(stamp: StateStamp | "none" | undefined, found: FoundDigests): Authorship {
  if (stamp === "none") return { by: "original" };
  if (stamp === undefined) return { by: "foreign", at: `$.${STAMP_KEY}` };
  if (found.written_sha256 === stamp.written_sha256) return { by: "us", stamp };
  if (found.known_sha256 !== stamp.known_sha256) return { by: "foreign", at: "$.wasm_deliverables" };
  if (stamp.cycles !== undefined && found.cycles_sha256 !== stamp.cycles.sha256)
    return { by: "foreign", at: "$.rollouts" };
  if (stamp.dids !== undefined && found.dids_sha256 !== stamp.dids.sha256)
    return { by: "foreign", at: "$.browser_dids" };
  return { by: "other_keys", stamp };
}

export function readStamp(value: ExactJsonValue): StateStamp | undefined {
  if (!isObject(value)) return undefined;
  const position = readPosition(value);
  const written_sha256 = own(value, "written_sha256");
  const known_sha256 = own(value, "known_sha256");
  if (position === undefined || !isHash(written_sha256) || !isHash(known_sha256)) return undefined;
  const cycles = readPart(value, "cycles");
  const dids = readPart(value, "dids");
  if (cycles === undefined || dids === undefined) return undefined;
  return {
    ...{ ...position, written_sha256, known_sha256 },
    ...(cycles !== "none" && { cycles }),
    ...(dids !== "none" && { dids }),
  };
}

/**
 * The raw stamp around the digits of `written_sha256`, or undefined where that field is not written as we write it. The
 * digits are what the digest leaves out, because it stands in their place.
 */
export function aroundWrittenHash(raw: Uint8Array, stamp: StateStamp): readonly [string, string] | undefined {
  const text = decodeUtf8(raw);
  const field = `"written_sha256": "${stamp.written_sha256}"`;
  const at = text.lastIndexOf(field);
  if (at < 0) return undefined;
  const end = at + field.length - 1;
  return [text.slice(0, end - stamp.written_sha256.length), text.slice(end)];
}

/** The stamp as JSON text up to the digits of `written_sha256`, and from there on. */
export function stampText(stamp: Omit<StateStamp, "written_sha256">): readonly [string, string] {
  const { seq, record_hash, known_sha256, cycles, dids } = stamp;
  const parts = { ...(cycles !== undefined && { cycles }), ...(dids !== undefined && { dids }) };
  const fields = { seq, record_hash, known_sha256, ...parts };
  const text = JSON.stringify({ [STAMP_KEY]: { ...fields, written_sha256: "" } }, null, 2);
  const value = text.slice(text.indexOf(":") + 2, -2);
  const end = value.lastIndexOf('"');
  return [value.slice(0, end), value.slice(end)];
}

/** @returns undefined for what is no part of a stamp */
function readPart(stamp: JsonObject, key: "cycles" | "dids"): PartStamp | "none" | undefined {
  if (!Object.hasOwn(stamp, key)) return "none";
  const value = own(stamp, key);
  if (!isObject(value)) return undefined;
  const position = readPosition(value);
  const sha256 = own(value, "sha256");
  return position === undefined || !isHash(sha256) ? undefined : { ...position, sha256 };
}

function readPosition(value: { readonly [key: string]: ExactJsonValue }): LedgerPosition | undefined {
  const seq = own(value, "seq");
  const record_hash = own(value, "record_hash");
  if (typeof seq !== "number" || typeof record_hash !== "string") return undefined;
  return { seq, record_hash };
}

const isHash = (value: unknown): value is string => typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
