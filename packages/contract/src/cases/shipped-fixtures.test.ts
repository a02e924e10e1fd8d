import { sha256 } from "@tau-edge/encoding";
import { describe, expect, it } from "vitest";
import { RETRYABLE, readFixture, rejection } from "./case.test-helper.ts";
import { caseKey } from "./case-key.ts";
import { evaluate } from "./evaluate.ts";
import { checkExpected } from "./expected.ts";

const accepted = (body: object) => ({ status: "accepted", replicas: 1, ...body });
const WASM = {
  case_id: "deployment-wasm-edge",
  deploy_target: "wasm",
  runtime_profile: "wasm_wasi",
  blueprint_id: "edge-wasm",
  environment: "production",
  region: "iad",
};
const WASM_CASE = {
  ...WASM,
  wasm_module: "edge/runtime.wasm",
  expected: {
    outcome: "success",
    status_code: 201,
    response_body: accepted({
      blueprint_id: "edge-wasm",
      deploy_target: "wasm",
      runtime_profile: "wasm_wasi",
      environment: "production",
      region: "iad",
      rollout_strategy: "canary",
      artifact: "edge/runtime.wasm",
    }),
  },
};

function cloudCase(deploy_target: string, rollout_strategy: string) {
  const place = { blueprint_id: "api", environment: "staging", region: "fra" };
  return {
    case_id: `deployment-${deploy_target}`,
    deploy_target,
    runtime_profile: "native",
    ...place,
    container_image: "registry.example/api:1",
    expected: {
      outcome: "success",
      status_code: 202,
      response_body: accepted({
        ...place,
        deploy_target,
        runtime_profile: "native",
        rollout_strategy,
        artifact: "registry.example/api:1",
      }),
    },
  };
}

const fixture = (name: string, cases: object[]) => JSON.stringify({ schema_version: 1, name, cases });
const ROLLOUT_PASS = fixture("rollout-pass", [
  cloudCase("container", "recreate"),
  cloudCase("kubernetes", "rolling"),
  WASM_CASE,
]);
const MIXED = fixture("mixed-outcomes", [
  WASM_CASE,
  {
    ...WASM_CASE,
    case_id: "deployment-wasm-native",
    runtime_profile: "native",
    expected: rejection(422, "deployment_unsupported_runtime", "runtime_target_mismatch"),
  },
  { ...cloudCase("kubernetes", "rolling"), simulate_retryable_failure: true, expected: RETRYABLE },
]);

/** What each case comes to, which must be what the fixture expects. */
function outcomes(text: string) {
  const { result, rows } = readFixture(text);
  expect(result).toMatchObject({ outcome: "read", cases: rows.length });
  return rows.map(({ case: given }) => {
    const evaluation = evaluate(given, { module: { outcome: "absent" } });
    expect(checkExpected(evaluation, given.expected)).toBeUndefined();
    return [evaluation.outcome, evaluation.status_code, evaluation.rollout_strategy || evaluation.reason];
  });
}

describe("the four fixtures of S1, as contract.md describes them", () => {
  it("rollout-pass: three successes", () => {
    expect(outcomes(ROLLOUT_PASS)).toEqual([
      ["success", 202, "recreate"],
      ["success", 202, "rolling"],
      ["success", 201, "canary"],
    ]);
  });

  it("mixed-outcomes: a success, a wrong pair and a retryable failure", () => {
    expect(outcomes(MIXED)).toEqual([
      ["success", 201, "canary"],
      ["malformed_input", 422, "runtime_target_mismatch"],
      ["retryable_failure", 503, "control_plane_unavailable"],
    ]);
  });

  it("invalid-duplicate-case-id is refused", () => {
    expect(
      readFixture(fixture("invalid-duplicate-case-id", [WASM_CASE, { ...WASM_CASE, region: "fra" }])).result,
    ).toMatchObject({ outcome: "refused", code: "case_id_duplicate", at: "cases[1].case_id" });
  });

  it("invalid-error-code is refused", () => {
    const expected = { ...rejection(400, "deployment_no_such_code", "x") };
    expect(readFixture(fixture("invalid-error-code", [{ ...WASM_CASE, expected }])).result).toMatchObject({
      outcome: "refused",
      code: "error_code_unknown",
      at: "cases[0].expected.error_code",
    });
  });
});

it("S1's example of a key begins ours", () => {
  const [row] = readFixture(fixture("one", [WASM_CASE])).rows;
  expect(row && caseKey(row.case, "", sha256)).toMatch(
    /^wasm:wasm_wasi:production:edge-wasm:deployment-wasm-edge:iad:[0-9a-f]{16}$/,
  );
});
