/**
 * `state.json` as a document: what must hold before anything in it is used, or anything is written over it.
 *
 * | bytes                                                   | answer          |
 * |---------------------------------------------------------|-----------------|
 * | too large, not strict JSON, a known key of another type | `state_corrupt` |
 * | `schema_version` above 1                                | `state_newer`   |
 * | anything else                                           | the document    |
 */
import { EncodingError, type ExactJsonValue, readJson } from "@tau-edge/encoding";
import { type HealthSnapshot, readHealth } from "./health.ts";
import { CONTRACT_LIMITS } from "./limits.ts";

export type JsonObject = { [key: string]: ExactJsonValue };

export type StateRefusalCode = "state_corrupt" | "state_newer" | "state_foreign";

/** The file is kept as it is. */
export interface StateRefusal {
  readonly outcome: "refused";
  readonly code: StateRefusalCode;
  /** JSON path, or a byte offset where the text itself is at fault. */
  readonly at: string;
  readonly detail: string;
  readonly remedy: string;
}

export interface StateDocument {
  readonly outcome: "read";
  /** All keys in file order. */
  readonly document: JsonObject;
  readonly deliverables: readonly JsonObject[];
  readonly health: HealthSnapshot;
}

const REBUILD =
  "`tau-edge doctor --rebuild-files` moves the file aside and writes it anew from the ledger; nothing is deleted.";

export function refuseState(code: StateRefusalCode, at: string, detail: string): StateRefusal {
  const remedy = code === "state_newer" ? "Update this program: `npm install --global tau-edge@latest`." : REBUILD;
  return { outcome: "refused", code, at, detail, remedy };
}

export function readStateDocument(bytes: Uint8Array): StateDocument | StateRefusal {
  const parsed = parse(bytes);
  if ("outcome" in parsed) return parsed;
  const { document } = parsed;
  const version = ownOr(document, "schema_version", 1);
  if (typeof version === "bigint" ? version > 1n : Number.isInteger(version) && Number(version) > 1)
    return refuseState("state_newer", "$.schema_version", `Schema ${version} is newer than 1`);
  if (version !== 1) return corrupt("$.schema_version", "The schema version is not 1");
  for (const key of ["processed_case_keys", "rollouts"])
    if (!Array.isArray(ownOr(document, key, []))) return corrupt(`$.${key}`, "Expected an array");
  const listed = ownOr(document, "wasm_deliverables", []);
  if (!Array.isArray(listed)) return corrupt("$.wasm_deliverables", "Expected an array");
  const deliverables = listed.filter(isObject);
  if (deliverables.length < listed.length) {
    const index = listed.findIndex((entry) => !isObject(entry));
    return corrupt(`$.wasm_deliverables[${index}]`, "Expected an object");
  }
  const counters = ownOr(document, "health", {});
  if (!isObject(counters)) return corrupt("$.health", "Expected an object");
  const health = readHealth(counters);
  if (typeof health === "string") return corrupt(`$.health.${health}`, "Expected a whole number from 0");
  return { outcome: "read", document, deliverables, health };
}

/** Own properties only: keys of the file are attacker-named. */
export function own(object: JsonObject, key: string): ExactJsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** A default is for what is absent; `null` is a value, and of the wrong type. */
export function ownOr(object: JsonObject, key: string, absent: ExactJsonValue): ExactJsonValue {
  return own(object, key) ?? (Object.hasOwn(object, key) ? null : absent);
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function corrupt(at: string, detail: string): StateRefusal {
  return refuseState("state_corrupt", at, detail);
}

function parse(bytes: Uint8Array): { readonly document: JsonObject } | StateRefusal {
  try {
    const value = readJson(bytes, { integers: "exact", size_bytes_max: CONTRACT_LIMITS.state_bytes_max });
    return isObject(value) ? { document: value } : corrupt("$", "Expected an object");
  } catch (error) {
    if (!(error instanceof EncodingError)) throw error;
    return corrupt(String(error.at), error.message);
  }
}
