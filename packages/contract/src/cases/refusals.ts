/** Why a fixture is not run. The codes are public API, each with one meaning and what to do about it. */

export const FIXTURE_REFUSALS = {
  fixture_syntax: {
    meaning: "The file is not strict JSON, or its header lacks a field or has one of another type.",
    remedy: "Correct the file: an object with `schema_version` 1, a `name` and an array `cases`.",
  },
  fixture_too_large: {
    meaning: "The file, one of its members or the number of its cases is beyond the limit.",
    remedy: "Put the cases into several files of one directory: `tau-edge run --fixture DIR` runs them in order.",
  },
  fixture_schema_version: {
    meaning: "The fixture's `schema_version` is not 1.",
    remedy: "Set `schema_version` to 1.",
  },
  fixture_name_blank: {
    meaning: "The fixture's `name` is blank.",
    remedy: "Give the fixture a name.",
  },
  fixture_no_cases: {
    meaning: "The fixture has no case.",
    remedy: "Put at least one case into `cases`.",
  },
  case_malformed: {
    meaning: "A case is no object, or a field of it is missing, of another type or out of its range.",
    remedy: "Correct the field that is named; docs/contract-runner.md lists them all.",
  },
  case_schema_version: {
    meaning: "A case's `schema_version` is not 1.",
    remedy: "Set `schema_version` to 1, or leave it out.",
  },
  case_id_blank: {
    meaning: "A case's `case_id` is blank.",
    remedy: "Give the case an id that no other case of the fixture has.",
  },
  deploy_target_blank: {
    meaning: "A case's `deploy_target` is blank.",
    remedy: "Set `deploy_target` to `container`, `kubernetes` or `wasm`.",
  },
  runtime_profile_blank: {
    meaning: "A case's `runtime_profile` is blank.",
    remedy: "Set `runtime_profile` to `native`, `wasm_wasi` or `channel_automation_wasi`.",
  },
  blueprint_id_blank: {
    meaning: "A case's `blueprint_id` is blank.",
    remedy: "Name the blueprint that the case deploys.",
  },
  environment_blank: {
    meaning: "A case's `environment` is blank.",
    remedy: "Set `environment` to `staging` or `production`.",
  },
  region_blank: {
    meaning: "A case's `region` is blank.",
    remedy: "Name the region that the case deploys to.",
  },
  replicas_zero: {
    meaning: "A case deploys no replica.",
    remedy: "Set `replicas` to 1 or more, or leave it out for 1.",
  },
  simulate_without_retryable: {
    meaning: "A case simulates a retryable failure and expects another outcome.",
    remedy: "Set `expected.outcome` to `retryable_failure`, or `simulate_retryable_failure` to false.",
  },
  retryable_without_simulate: {
    meaning: "A case expects a retryable failure and does not simulate one.",
    remedy: "Set `simulate_retryable_failure` to true, or expect another outcome.",
  },
  response_body_not_object: {
    meaning: "A case's `expected.response_body` is no object.",
    remedy: "Write the whole body that is expected, as an object.",
  },
  success_with_error_code: {
    meaning: "A case expects success and an error code.",
    remedy: "Leave `expected.error_code` out.",
  },
  success_status_range: {
    meaning: "A case expects success with a status outside 200 to 299.",
    remedy: "Set `expected.status_code` to 201 for `wasm`, or to 202 for the other targets.",
  },
  error_code_missing: {
    meaning: "A case expects no success and names no error code.",
    remedy: "Set `expected.error_code` to one of the four codes of docs/contract-runner.md.",
  },
  error_code_unknown: {
    meaning: "A case expects an error code that does not exist.",
    remedy: "Set `expected.error_code` to one of the four codes of docs/contract-runner.md.",
  },
  error_status_range: {
    meaning: "A case expects no success and a status below 400.",
    remedy: "Set `expected.status_code` to the status of that error: 400, 422 or 503.",
  },
  case_id_duplicate: {
    meaning: "Two cases have the same `case_id`, white space around it aside.",
    remedy: "Give each case an id of its own.",
  },
  target_unsupported: {
    meaning: "A case that is not expected to be malformed names an unknown `deploy_target`.",
    remedy: "Set `deploy_target` to `container`, `kubernetes` or `wasm`.",
  },
  runtime_unsupported: {
    meaning: "A case that is not expected to be malformed names an unknown `runtime_profile`.",
    remedy: "Set `runtime_profile` to `native`, `wasm_wasi` or `channel_automation_wasi`.",
  },
  environment_unsupported: {
    meaning: "A case that is not expected to be malformed names an unknown `environment`.",
    remedy: "Set `environment` to `staging` or `production`.",
  },
  pair_unsupported: {
    meaning: "A case that is not expected to be malformed names a target that does not run its runtime profile.",
    remedy:
      "Use `native` with `container` and `kubernetes`, and `wasm_wasi` or `channel_automation_wasi` with `wasm`; or expect `malformed_input`.",
  },
  wasm_artifact_missing: {
    meaning: "A case for `wasm` that is not expected to be malformed names neither a module nor a manifest.",
    remedy: "Set `wasm_module` or `wasm_manifest`, or expect `malformed_input`.",
  },
  container_image_missing: {
    meaning: "A case for `container` or `kubernetes` that is not expected to be malformed names no image.",
    remedy: "Set `container_image`, or expect `malformed_input`.",
  },
} as const satisfies Record<string, { readonly meaning: string; readonly remedy: string }>;

export type FixtureRefusalCode = keyof typeof FIXTURE_REFUSALS;

/** Nothing of the fixture is run. */
export interface FixtureRefusal {
  readonly outcome: "refused";
  readonly code: FixtureRefusalCode;
  /** JSON path such as `cases[3].replicas`, or a byte offset where the text itself is at fault. */
  readonly at: string;
  readonly detail: string;
  readonly remedy: string;
}

/** @param detail what was found there; the code's meaning where nothing is to be added */
export function refuseFixture(code: FixtureRefusalCode, at: string, detail?: string): FixtureRefusal {
  const { meaning, remedy } = FIXTURE_REFUSALS[code];
  return { outcome: "refused", code, at, detail: detail ?? meaning, remedy };
}
