/** The JSON text of one case, as S1's types read it: unknown keys are passed over, wrong types and ranges are not. */
import { EncodingError } from "@tau-edge/encoding";
import { CASE_OUTCOMES, type ContractCase, type ExpectedResult } from "./case.ts";
import { FieldReader, isJsonFields } from "./field-reader.ts";
import { readFixtureJson } from "./fixture-json.ts";
import { U16_MAX, U32_MAX } from "./limits.ts";
import { type FixtureRefusal, refuseFixture } from "./refusals.ts";

export type ReadCase = { readonly outcome: "read"; readonly case: ContractCase } | FixtureRefusal;

/**
 * @param at byte offset of `raw` in its document
 * @param index place in `cases`
 * @returns `fixture_syntax` for what is no strict JSON, `case_malformed` for what is no case
 */
export function readCase(raw: Uint8Array, at: number, index: number): ReadCase {
  const value = parse(raw, at, index);
  if (value.outcome === "refused") return value;
  const path = `cases[${index}]`;
  if (!isJsonFields(value.json)) return refuseFixture("case_malformed", path, "Expected an object");
  const fields = new FieldReader(value.json, path);
  const expectedFields = fields.fields("expected");
  const expected = readExpected(expectedFields);
  const read: ContractCase = {
    schema_version: fields.whole("schema_version", U32_MAX, 1),
    case_id: fields.text("case_id"),
    deploy_target: fields.text("deploy_target"),
    runtime_profile: fields.text("runtime_profile"),
    blueprint_id: fields.text("blueprint_id"),
    environment: fields.text("environment"),
    region: fields.text("region"),
    container_image: fields.text("container_image", ""),
    wasm_module: fields.text("wasm_module", ""),
    wasm_manifest: fields.text("wasm_manifest", ""),
    replicas: fields.whole("replicas", U16_MAX, 1),
    simulate_retryable_failure: fields.flag("simulate_retryable_failure", false),
    expected,
  };
  const fault = fields.fault ?? expectedFields.fault;
  return fault === undefined
    ? { outcome: "read", case: read }
    : refuseFixture("case_malformed", fault.at, fault.detail);
}

function readExpected(fields: FieldReader): ExpectedResult {
  return {
    outcome: fields.oneOf("outcome", CASE_OUTCOMES),
    status_code: fields.whole("status_code", U16_MAX),
    error_code: fields.text("error_code", ""),
    response_body: fields.value("response_body"),
  };
}

function parse(raw: Uint8Array, at: number, index: number) {
  try {
    return { outcome: "parsed", json: readFixtureJson(raw, at) } as const;
  } catch (error) {
    if (!(error instanceof EncodingError)) throw error;
    return refuseFixture("fixture_syntax", String(error.at), `cases[${index}]: ${error.message}`);
  }
}
