import { describe, expect, it } from "vitest";
import type { CaseResult } from "./result.ts";
import { failedCaseText, rolloutText } from "./result-text.ts";

const RESULT: CaseResult = {
  case_key: "wasm:wasm_wasi:staging:edge:a\nb:iad:0123456789abcdef",
  case_id: "a\nb",
  deploy_target: "wasm",
  runtime_profile: "wasm_wasi",
  blueprint_id: "edge",
  environment: "staging",
  region: "iad",
  replicas: 2,
  outcome: "success",
  status_code: 201,
  error_code: "",
  reason: "",
  detail_code: "",
  detail: "",
  artifact: "edge.wasm",
  artifact_sha256: "",
  artifact_size_bytes: 0,
  artifact_manifest: "",
  runtime_constraints: ["one", "two"],
  rollout_strategy: "canary",
  attempts: 1,
};

/** S1's order; a reader of its struct accepts any, a person who compares two files does not. */
const ROLLOUT_KEYS = [
  ...["case_key", "case_id", "deploy_target", "runtime_profile", "blueprint_id", "environment", "region", "artifact"],
  ...["artifact_sha256", "artifact_size_bytes", "artifact_manifest", "runtime_constraints", "replicas"],
  ...["rollout_strategy", "status_code", "outcome", "error_code", "updated_unix_ms"],
];

describe("results in state.json", () => {
  it("have S1's 18 fields in S1's order when they were applied", () => {
    const rollout = JSON.parse(rolloutText(RESULT, 7));
    expect(Object.keys(rollout)).toEqual(ROLLOUT_KEYS);
    expect(rollout).toMatchObject({ case_id: "a\nb", runtime_constraints: ["one", "two"], updated_unix_ms: 7 });
  });

  it("stand four spaces in, as the original's, and a text keeps its line breaks", () => {
    const document = `{\n  "rollouts": [\n    ${rolloutText(RESULT, 7)}\n  ]\n}`;
    expect(document).toBe(JSON.stringify(JSON.parse(document), undefined, 2));
  });

  it("say what was expected when that did not come", () => {
    const mismatch = { field: "status_code", expected: "201", actual: "400" } as const;
    const failed = { ...RESULT, outcome: "contract_mismatch", attempts: 3, detail: "why", mismatch } as const;
    expect(JSON.parse(failedCaseText(failed, 7))).toMatchObject({
      mismatch,
      attempts: 3,
      detail: "why",
      updated_unix_ms: 7,
    });
    expect(JSON.parse(failedCaseText({ ...RESULT, outcome: "malformed_input" }, 7))).not.toHaveProperty("mismatch");
  });
});
