import { describe, expect, it } from "vitest";
import { legacyConstraints, parseRuntimeProfile } from "./legacy-constraints.ts";
import { judgeLegacy, matchesLegacyPattern } from "./legacy-rule.ts";
import { rustTrim } from "./rust-trim.ts";

const CONTROL = legacyConstraints("wasm_wasi");
const CHANNEL = legacyConstraints("channel_automation_wasi");
const MIB = 1024 * 1024;

const control = (import_modules: string[], changes: object = {}) =>
  judgeLegacy(
    {
      import_modules,
      size_bytes: 8,
      feature_gates: CONTROL.required_feature_gates,
      runtime_profile: "wasm_wasi",
      ...changes,
    },
    CONTROL,
  ).reason_codes;

describe("S1's rule and its consequences", () => {
  it.each([
    ["no imports", [], ["abi_assumed_no_imports"]],
    ["a WASI interface", ["wasi:cli/environment@0.2.0"], []],
    ["WASI and env", ["env", "wasi:io/poll@0.2.0"], []],
    ["env alone", ["env"], ["required_abi_missing"]],
    [
      "preview 1",
      ["wasi_snapshot_preview1"],
      ["required_abi_missing", "import_module_not_allowlisted", "import_module_forbidden"],
    ],
    [
      "preview 1 beside WASI",
      ["wasi:io/poll@0.2.0", "wasi_unstable"],
      ["import_module_not_allowlisted", "import_module_forbidden"],
    ],
    ["any name with the prefix", ["wasi:anything/at-all@99"], []],
    ["an empty module name", ["", "wasi:io/poll@0.2.0"], ["import_module_not_allowlisted"]],
    ["another case", ["WASI:io/poll@0.2.0"], ["required_abi_missing", "import_module_not_allowlisted"]],
    ["a prefix of env", ["environment", "wasi:x"], ["import_module_not_allowlisted"]],
  ])("%s", (_, names, codes) => {
    expect(control(names)).toEqual(codes);
  });

  it("refuses only what is strictly larger than the cap", () => {
    expect(control([], { size_bytes: 2 * MIB })).toEqual(["abi_assumed_no_imports"]);
    expect(control([], { size_bytes: 2 * MIB + 1 })).toEqual([
      "artifact_size_limit_exceeded",
      "abi_assumed_no_imports",
    ]);
    expect(CHANNEL.max_artifact_size_bytes).toBe(MIB);
  });

  it("emits all codes in its order, and is compliant only without a fatal one", () => {
    const verdict = judgeLegacy(
      { import_modules: ["wasi_unstable"], size_bytes: 3 * MIB, feature_gates: [], runtime_profile: "wasm_wasi" },
      CHANNEL,
    );
    expect(verdict).toEqual({
      compliant: false,
      reason_codes: [
        "runtime_profile_mismatch",
        "artifact_size_limit_exceeded",
        "required_feature_gate_missing",
        "required_abi_missing",
        "import_module_not_allowlisted",
        "import_module_forbidden",
      ],
    });
  });
});

describe("patterns", () => {
  it.each([
    ["wasi:*", "wasi:io/poll", true],
    [" wasi:* ", "wasi:io/poll", true],
    ["\u0085env\u3000", "env", true],
    ["\ufeffenv", "env", false],
    ["env", "Env", false],
    ["", "", false],
    ["  ", "  ", false],
    ["*", "anything", true],
    ["a*b", "a*b", true],
    ["a*b", "axb", false],
  ])("%j matches %j: %s", (pattern, name, matches) => {
    expect(matchesLegacyPattern(pattern, name)).toBe(matches);
  });

  it("trims what the original trims", () => {
    expect(rustTrim("\u0085 \u00a0x y\u2003\t")).toBe("x y");
    expect(rustTrim("\ufeffx")).toBe("\ufeffx");
  });
});

describe("parseRuntimeProfile", () => {
  it("takes both spellings and nothing else", () => {
    expect(parseRuntimeProfile("wasm-wasi")).toBe("wasm_wasi");
    expect(parseRuntimeProfile("channel_automation_wasi")).toBe("channel_automation_wasi");
    for (const word of ["", "WASM_WASI", "wasm_wasi ", "native"]) expect(parseRuntimeProfile(word)).toBeUndefined();
  });
});
