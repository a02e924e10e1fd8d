import { type ImportFact, type Inspection, WasmError } from "@tau-edge/wasm";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { componentWith, grants, moduleWith } from "./inspection.test-helper.ts";
import { addDeepFailure, judge, judgeMalformed } from "./judge.ts";
import { POLICY_REVISION } from "./policy-revision.ts";
import type { Profile } from "./profile.ts";
import { BUILTIN_PROFILES, builtinProfile, DEFAULT_PROFILE, legacyProfile } from "./profiles-builtin.ts";
import { REASON_CODE_ORDER, REASON_CODES } from "./reason-codes.ts";

const PREVIEW2 = DEFAULT_PROFILE;
const S1 = legacyProfile("wasm_wasi");
const HTTP_PROXY = builtinProfile("wasi_http_proxy_v1") ?? PREVIEW2;
const profile = (changes: Partial<Profile>): Profile => ({ ...PREVIEW2, profile_id: "test_v1", ...changes });
const codes = (inspection: Inspection, by: Profile = PREVIEW2) => judge(inspection, by).reason_codes;

describe("what a profile grants", () => {
  const io = ["wasi:io/poll@0.2.0"];
  it("refuses a larger file, and only a larger one", () => {
    expect(codes(moduleWith(io, { size_bytes: 2_097_152 }), S1)).toEqual([]);
    expect(codes(moduleWith(io, { size_bytes: 2_097_153 }), S1)).toEqual(["artifact_size_limit_exceeded"]);
  });

  it("refuses a kind that is not accepted, and WIT packages always", () => {
    expect(codes(moduleWith(io), HTTP_PROXY)).toContain("kind_not_allowed");
    const wit = componentWith([], { kind: "wit_package" });
    for (const by of BUILTIN_PROFILES) expect(judge(wit, by).compliance).toBe("non_compliant");
  });

  it("names each capability that is not granted", () => {
    const by = profile({ capabilities: ["stdio"] });
    const { reasons } = judge(moduleWith(io, grants("filesystem.open", "sockets.tcp", "stdio")), by);
    expect(reasons.map(({ code, subject }) => [code, subject])).toEqual([
      ["capability_not_granted", "filesystem.open"],
      ["capability_not_granted", "sockets.tcp"],
    ]);
    expect(codes(moduleWith(io, grants("filesystem.open")))).toEqual([]);
  });

  it("gates features only when asked, and then states them", () => {
    const by = profile({ features: ["simd"] });
    const verdict = judge(moduleWith(io, { features: ["simd", "threads"] }), by);
    expect(verdict.reasons).toMatchObject([{ code: "feature_not_granted", subject: "threads" }]);
    expect(verdict.features).toEqual(["simd", "threads"]);
    expect(judge(moduleWith(io, { features: ["threads"] }), PREVIEW2)).not.toHaveProperty("features");
    expect(() => judge(moduleWith(io), by)).toThrow(RangeError);
  });

  it("notices another runtime profile and a label left out", () => {
    expect(judge(moduleWith(io), S1, { runtime_profile: "channel_automation_wasi" }).reasons).toMatchObject([
      { code: "runtime_profile_mismatch", subject: "channel_automation_wasi" },
    ]);
    expect(judge(moduleWith(io), S1, { runtime_profile: "wasm_wasi" }).reasons).toEqual([]);
    expect(codes(moduleWith(io), profile({ feature_gates: ["no_native_process_exec"] }))).toEqual([
      "required_feature_gate_missing",
    ]);
  });
});

describe("compliance", () => {
  it.each([
    ["wasi:io/poll@0.2.0", "compliant"],
    ["wasi:evil/exec@0.2.0", "legacy_compliant"],
    ["wasi:http/client@0.3.0", "legacy_compliant"],
    ["evil:host/exec@1.0.0", "non_compliant"],
    ["wasi_snapshot_preview1", "non_compliant"],
  ] as const)("%s is %s", (name, compliance) => {
    for (const inspection of [moduleWith([name]), componentWith([name])])
      expect(judge(inspection, PREVIEW2)).toMatchObject({
        compliance,
        compliant: compliance === "compliant",
        profile_id: "wasi_preview2_v1",
        policy_revision: POLICY_REVISION,
      });
  });

  it("is never legacy beyond S1's own cap", () => {
    const large = moduleWith(["wasi:evil/exec@0.2.0"], { size_bytes: 2_097_153 });
    expect(judge(large, PREVIEW2).compliance).toBe("non_compliant");
  });
});

describe("verdicts beside the inspection", () => {
  it("carries code, offset and place of malformed bytes", () => {
    const verdict = judgeMalformed(new WasmError("E_LEB", 77, "component/2/module/0", "too long"), PREVIEW2);
    expect(verdict).toMatchObject({
      compliant: false,
      compliance: "non_compliant",
      reason_codes: ["binary_malformed"],
    });
    expect(verdict.reasons).toMatchObject([{ subject: "E_LEB", at: 77, path: "component/2/module/0", fatal: true }]);
    const feature = judgeMalformed(new WasmError("E_FEATURE", 9, "", "refused", "compact_imports"), PREVIEW2);
    expect(feature.reasons[0]).toMatchObject({ subject: "E_FEATURE(compact_imports)" });
    expect(feature.reasons[0]).not.toHaveProperty("path");
  });

  it("turns a compliant verdict when a validator refuses, and keeps what informed", () => {
    const verdict = addDeepFailure(judge(moduleWith([]), PREVIEW2), "type mismatch at 0x40");
    expect(verdict).toMatchObject({ compliant: false, compliance: "non_compliant" });
    expect(verdict.reason_codes).toEqual(["abi_assumed_no_imports", "deep_validation_failed"]);
    expect(verdict.reasons.at(-1)).toMatchObject({ subject: "type mismatch at 0x40", fatal: true });
  });
});

describe("for any inspection and profile", () => {
  const name = fc.oneof(
    fc.string(),
    fc.constantFrom(
      "wasi:io/poll@0.2.0",
      "wasi:io/poll@0.3.0",
      "wasi_snapshot_preview1",
      "env",
      "cm32p2|wasi:io/poll@0.2",
      "__proto__",
      "url=<x>",
    ),
  );
  const found = fc.record(
    {
      name,
      kind: fc.constantFrom<ImportFact["kind"]>("instance", "func", "type", "value", "component", "core_module"),
      implements: name,
      version_suffix: fc.string(),
      external_id: fc.string(),
    },
    { requiredKeys: ["name", "kind"] },
  );
  const inspections = fc.oneof(
    fc.array(name).map((names) => moduleWith(names)),
    fc.array(found).map((imports) => componentWith(imports)),
  );

  it("judging is total, ordered, and compliant exactly without a fatal reason", () => {
    fc.assert(
      fc.property(inspections, fc.constantFrom(...BUILTIN_PROFILES), (inspection, by) => {
        const verdict = judge(inspection, by);
        expect(verdict.compliant).toBe(verdict.reasons.every((reason) => !reason.fatal));
        expect(verdict.compliant).toBe(verdict.compliance === "compliant");
        const order = verdict.reason_codes.map((code) => REASON_CODE_ORDER.indexOf(code));
        expect(order).toEqual([...new Set(order)].sort((a, b) => a - b));
        expect(verdict.reasons.map(({ code }) => code).filter((code, i, all) => all[i - 1] !== code)).toEqual(
          verdict.reason_codes,
        );
        expect(judge(inspection, by)).toEqual(verdict);
      }),
    );
  });

  it("an import of no known interface is never admitted by a built-in profile", () => {
    const strangers = fc.array(
      fc.string().map((text) => `a${text}`),
      { minLength: 1 },
    );
    fc.assert(
      fc.property(strangers, fc.constantFrom(...BUILTIN_PROFILES), (names, by) => {
        for (const inspection of [moduleWith(names), componentWith(names)])
          expect(judge(inspection, by).compliant).toBe(false);
      }),
    );
  });
});

describe("the table of reason codes", () => {
  it("has S1's seven first, in its order", () => {
    expect(REASON_CODE_ORDER.slice(0, 7)).toEqual([
      "runtime_profile_mismatch",
      "artifact_size_limit_exceeded",
      "required_feature_gate_missing",
      "abi_assumed_no_imports",
      "required_abi_missing",
      "import_module_not_allowlisted",
      "import_module_forbidden",
    ]);
  });

  it.each(REASON_CODE_ORDER)("%s has a meaning and one remedy sentence", (code) => {
    const { meaning, remedy } = REASON_CODES[code];
    for (const sentence of [meaning, remedy]) expect(sentence).toMatch(/^[A-Z].*\.$/);
    expect(remedy.replaceAll(/`[^`]*`/g, "")).not.toMatch(/\. [A-Z]/);
  });
});
