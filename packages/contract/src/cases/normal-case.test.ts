import { describe, expect, it } from "vitest";
import { aCase } from "./case.test-helper.ts";
import { asciiLowercase, normalCase } from "./normal-case.ts";

describe("normal form", () => {
  it("trims and lowercases target, runtime and environment, and trims the rest", () => {
    const texts = {
      blueprint_id: " Edge ",
      region: " IAD ",
      wasm_module: " M ",
      wasm_manifest: " N ",
      container_image: " I ",
    };
    const words = { deploy_target: " WASM ", runtime_profile: " WASM_WASI ", environment: " Staging " };
    expect(normalCase(aCase({ ...texts, ...words, case_id: " Id " }))).toEqual({
      case_id: "Id",
      target: "wasm",
      runtime: "wasm_wasi",
      environment: "staging",
      blueprint: "Edge",
      region: "IAD",
      container_image: "I",
      wasm_module: "M",
      wasm_manifest: "N",
    });
  });

  it.each([
    ["wasm-wasi", "wasm_wasi"],
    ["Channel-Automation-WASI", "channel_automation_wasi"],
    ["channel_automation_wasi", "channel_automation_wasi"],
    ["native", "native"],
    ["my-runtime", "my-runtime"],
  ])("runtime %s is %s", (runtime_profile, runtime) => {
    expect(
      normalCase(
        aCase({
          runtime_profile,
          expected: { outcome: "malformed_input", status_code: 400, error_code: "deployment_invalid_blueprint" },
        }),
      ).runtime,
    ).toBe(runtime);
  });
});

it.each([
  ["ABCXYZ", "abcxyz"],
  ["Ä\u0130\u212a\u03a3@[`{", "Ä\u0130\u212a\u03a3@[`{"],
  ["aB-1", "ab-1"],
])("lowercases ASCII only: %s", (text, lower) => {
  expect(asciiLowercase(text)).toBe(lower);
});
