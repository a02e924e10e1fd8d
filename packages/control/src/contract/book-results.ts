/** What records leave in the case book: the same, whoever folds them and however often. */
import {
  bookedField,
  type CaseResult,
  caseIdentity,
  failedCaseText,
  identityOf,
  type JsonObject,
  legacyKeys,
  rolloutText,
  type StateElement,
  type StateVisitor,
} from "@tau-edge/contract";
import { decodeUtf8 } from "@tau-edge/encoding";
import { rustTrim } from "@tau-edge/manifest";
import type { BookedCase, OpenCaseBook } from "@tau-edge/ports";

/** @param ended_unix_ms when the cycle ended */
export function bookResult(book: OpenCaseBook, result: CaseResult, ended_unix_ms: number): void {
  const { case_key, blueprint_id, outcome } = result;
  const applied = outcome === "success";
  const record = applied ? rolloutText(result, ended_unix_ms) : failedCaseText(result, ended_unix_ms);
  book.put({ identity: identityOf(case_key), case_key, blueprint_id, applied, record });
  // What was given up, or came to something unexpected, is tried again by the next cycle, also when it was done once.
  book.dropKey(case_key);
  if (applied || outcome === "malformed_input") book.addKey(case_key);
}

/** Books what a state file shows while it is read. Keys are trimmed and blank ones passed over, as S1 does. */
export function bookingVisitor(book: OpenCaseBook): StateVisitor {
  return {
    onKey(key) {
      const trimmed = rustTrim(key);
      if (trimmed !== "") book.addKey(trimmed);
    },
    onRollout: (element) => bookElement(book, element, true),
    onFailedCase: (element) => bookElement(book, element, false),
  };
}

function bookElement(book: OpenCaseBook, { value, raw, index }: StateElement, applied: boolean): void {
  const key = textIn(value, "case_key");
  const case_key = key === "" ? `unkeyed-${index}` : key;
  const blueprint_id = rustTrim(textIn(value, "blueprint_id"));
  const row = { identity: identityIn(value, case_key), case_key, blueprint_id, applied, record: decodeUtf8(raw) };
  if (!applied || !isOlder(row, book.booked(row.identity))) book.put(row);
}

/** Where the original went on after an export, it notes a case of ours once more, under a key of its own. */
function isOlder(row: BookedCase, standing: BookedCase | undefined): boolean {
  if (standing?.applied !== true || standing.case_key === row.case_key) return false;
  return updatedUnixMs(row) < updatedUnixMs(standing);
}

function updatedUnixMs({ record }: BookedCase): number {
  const updated = bookedField(record)("updated_unix_ms");
  return typeof updated === "number" || typeof updated === "bigint" ? Number(updated) : 0;
}

/**
 * S1's key lacks the region, which the record's fields add. A key that says something else than the fields, or less, stands
 * for itself: two records of the file never become one.
 */
function identityIn(value: JsonObject, case_key: string): string {
  const fields = {
    deploy_target: textIn(value, "deploy_target"),
    runtime_profile: textIn(value, "runtime_profile"),
    environment: textIn(value, "environment"),
    blueprint_id: textIn(value, "blueprint_id"),
    case_id: textIn(value, "case_id"),
    region: textIn(value, "region"),
  };
  return legacyKeys(fields)[0] === case_key ? caseIdentity(fields) : identityOf(case_key);
}

function textIn(value: JsonObject, key: string): string {
  const text = Object.hasOwn(value, key) ? value[key] : undefined;
  return typeof text === "string" ? text : "";
}
