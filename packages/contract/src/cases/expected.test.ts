import { describe, expect, it } from "vitest";
import { aCase, BODY, RETRYABLE } from "./case.test-helper.ts";
import { evaluate } from "./evaluate.ts";
import { checkExpected } from "./expected.ts";
import { MISMATCH_TEXT_CHARS_MAX } from "./limits.ts";

type Changes = { readonly [key: string]: unknown };

const check = (changes: Changes) => {
  const given = aCase(changes);
  return checkExpected(evaluate(given, { module: { outcome: "absent" } }), given.expected);
};
const checkBody = (response_body: unknown) => check({ expected: { response_body } });

describe("deployment_contract: what was expected, in the order of the checks", () => {
  it("says nothing when everything is as expected", () => {
    expect(check({})).toBeUndefined();
  });

  it.each<[string, Changes, string, string, string]>([
    [
      "outcome first",
      { outcome: "malformed_input", status_code: 1, error_code: "x", response_body: {} },
      "outcome",
      '"malformed_input"',
      '"success"',
    ],
    ["then the status", { status_code: 202, error_code: "x", response_body: {} }, "status_code", "202", "201"],
    ["then that a success has no code", { error_code: "x", response_body: {} }, "error_code", '"x"', '""'],
  ])("%s", (_name, expected, field, wanted, actual) => {
    expect(check({ expected })).toEqual({ field, expected: wanted, actual });
  });

  it("then the code of what is no success, trimmed", () => {
    const simulated = { simulate_retryable_failure: true, wasm_module: "" };
    expect(
      check({ ...simulated, expected: { ...RETRYABLE, error_code: " deployment_backend_unavailable\u0085" } }),
    ).toBeUndefined();
    expect(
      check({ ...simulated, expected: { ...RETRYABLE, error_code: "deployment_missing_artifact" } }),
    ).toMatchObject({
      field: "error_code",
      expected: '"deployment_missing_artifact"',
      actual: '"deployment_backend_unavailable"',
    });
  });

  it("then the body, whose keys may come in any order", () => {
    expect(checkBody(Object.fromEntries(Object.entries(BODY).reverse()))).toBeUndefined();
  });
});

describe("deployment_contract: a body differs", () => {
  it.each<[string, Changes]>([
    ["when a key is missing", { region: undefined }],
    ["when there is one more", { extra: null }],
    ["when a value is another", { region: "IAD" }],
    ["when a value is of another type", { replicas: "2" }],
    ["when a value is null", { artifact: null }],
    ["when a value is a list", { artifact: ["edge/runtime.wasm"] }],
  ])("%s", (_name, changes) => {
    expect(checkBody({ ...BODY, ...changes })).toMatchObject({ field: "response_body" });
  });

  it("shows both in one line, keys sorted", () => {
    expect(checkBody({ z: [1, true], "\u{1f600}": null, "\uffff": "é" })).toEqual({
      field: "response_body",
      expected: '{"z":[1,true],"\uffff":"é","\u{1f600}":null}',
      actual:
        '{"artifact":"edge/runtime.wasm","blueprint_id":"edge-wasm","deploy_target":"wasm","environment":"production","region":"iad","replicas":2,"rollout_strategy":"canary","runtime_profile":"wasm_wasi","status":"accepted"}',
    });
  });

  it("shows no more of it than its bound", () => {
    const mismatch = checkBody({ text: "x".repeat(10_000) });
    expect(mismatch?.expected).toHaveLength(MISMATCH_TEXT_CHARS_MAX);
    expect(mismatch?.expected.endsWith("…")).toBe(true);
  });
});
