/** What a fault of `state.json` is called, and its values as plain data. */
import { EncodingError, type ExactJsonValue } from "@tau-edge/encoding";

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

const REBUILD =
  "`tau-edge doctor --rebuild-files` moves the file aside and writes it anew from the ledger; nothing is deleted.";

export function refuseState(
  code: StateRefusalCode,
  at: string,
  detail: string,
  remedy: string = code === "state_newer" ? "Update this program: `npm install --global tau-edge@latest`." : REBUILD,
): StateRefusal {
  return { outcome: "refused", code, at, detail, remedy };
}

export function corrupt(at: string, detail: string): StateRefusal {
  return refuseState("state_corrupt", at, detail);
}

/** What is no fault of the text is a bug, and thrown on. */
export function corruptText(error: unknown, offset_bytes = 0): StateRefusal {
  if (!(error instanceof EncodingError)) throw error;
  return corrupt(typeof error.at === "number" ? String(offset_bytes + error.at) : error.at, error.message);
}

/** Own properties only: keys of the file are attacker-named. */
export function own(object: JsonObject, key: string): ExactJsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
