/**
 * The results of a cycle in pages: objects that its record names, in the order in which the cases ended. A page is
 * `CBOR(["contract_page", {v: 1, results}])`, so that the ledger holds one digest for up to a thousand cases.
 */
import { type CborValue, type Sha256, utf8Length } from "@tau-edge/encoding";
import { type CommitObject, Fields, makeCommitObject, readCommitObject, textOf } from "@tau-edge/ledger";
import { MISMATCH_FIELDS, type Mismatch } from "./expected.ts";
import { PAGE_BYTES_MAX, PAGE_RESULTS_MAX } from "./limits.ts";
import { CASE_RESULT_OUTCOMES, type CaseResult } from "./result.ts";

export const PAGE_TAG = "contract_page";

export function contractPage(results: readonly CaseResult[], sha256: Sha256): CommitObject {
  return makeCommitObject(PAGE_TAG, { v: 1, results: results.map(pageResult) }, sha256);
}

/** @throws LedgerError `object_encoding`, `object_tag`, `object_newer`, `field_malformed` */
export function readContractPage(bytes: Uint8Array): readonly CaseResult[] {
  const fields = new Fields(readCommitObject(PAGE_TAG, bytes), PAGE_TAG);
  fields.version(1);
  const results = fields.list("results", readResult);
  fields.end();
  return results;
}

/** Fills pages up to a thousand results or 12 MiB, whatever comes first. */
export class PageFiller {
  readonly #sha256: Sha256;
  #results: CaseResult[] = [];
  #bytes = 0;

  constructor(sha256: Sha256) {
    this.#sha256 = sha256;
  }

  /** @returns a page when the one before this result is full */
  add(result: CaseResult): CommitObject | undefined {
    const bytes = resultBytes(result);
    const full = this.#results.length === PAGE_RESULTS_MAX || this.#bytes + bytes > PAGE_BYTES_MAX;
    const page = full ? this.end() : undefined;
    this.#results.push(result);
    this.#bytes += bytes;
    return page;
  }

  /** @returns the last page; undefined when nothing is left for one */
  end(): CommitObject | undefined {
    const results = this.#results;
    this.#results = [];
    this.#bytes = 0;
    return results.length === 0 ? undefined : contractPage(results, this.#sha256);
  }
}

/** Names of fields, heads and numbers, rounded up. */
const RESULT_FRAME_BYTES = 700;

/** Most texts are shorter, and taken for three bytes a character: counting them takes longer than evaluating a case. */
const COUNTED_TEXT_CHARS_MIN = 128;

function resultBytes(result: CaseResult): number {
  let bytes = RESULT_FRAME_BYTES;
  for (const value of Object.values(result)) if (typeof value === "string") bytes += textBytes(value);
  for (const text of result.runtime_constraints) bytes += textBytes(text);
  if (result.mismatch !== undefined) bytes += textBytes(result.mismatch.expected) + textBytes(result.mismatch.actual);
  return bytes;
}

function textBytes(text: string): number {
  return 5 + (text.length < COUNTED_TEXT_CHARS_MIN ? text.length * 3 : utf8Length(text));
}

/** A literal of its own: an interface is no map of CBOR values to the type checker. */
function pageResult(result: CaseResult): CborValue {
  const { mismatch, ...rest } = result;
  return mismatch === undefined ? { ...rest } : { ...rest, mismatch: { ...mismatch } };
}

function readResult(value: CborValue, at: string): CaseResult {
  const fields = new Fields(value, at);
  const result: CaseResult = {
    case_key: fields.text("case_key"),
    case_id: fields.text("case_id"),
    deploy_target: fields.text("deploy_target"),
    runtime_profile: fields.text("runtime_profile"),
    blueprint_id: fields.text("blueprint_id"),
    environment: fields.text("environment"),
    region: fields.text("region"),
    replicas: fields.integer("replicas"),
    outcome: fields.word("outcome", CASE_RESULT_OUTCOMES),
    status_code: fields.integer("status_code"),
    error_code: fields.text("error_code"),
    reason: fields.text("reason"),
    detail_code: fields.text("detail_code"),
    detail: fields.text("detail"),
    artifact: fields.text("artifact"),
    artifact_sha256: fields.text("artifact_sha256"),
    artifact_size_bytes: fields.integer("artifact_size_bytes"),
    artifact_manifest: fields.text("artifact_manifest"),
    runtime_constraints: fields.list("runtime_constraints", textOf),
    rollout_strategy: fields.text("rollout_strategy"),
    attempts: fields.integer("attempts", 1),
  };
  const mismatch = fields.optional("mismatch", (key) => readMismatch(fields.map(key)));
  fields.end();
  return mismatch === undefined ? result : { ...result, mismatch };
}

function readMismatch(fields: Fields): Mismatch {
  const mismatch = {
    field: fields.word("field", MISMATCH_FIELDS),
    expected: fields.text("expected"),
    actual: fields.text("actual"),
  };
  fields.end();
  return mismatch;
}
