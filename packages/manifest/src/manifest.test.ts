import { decodeUtf8, digestOf, encodeUtf8, sha256, writeCanonicalJson } from "@tau-edge/encoding";
import { type Inspection, inspect } from "@tau-edge/wasm";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ManifestError } from "./errors.ts";
import { FIXED_UNIX_MS } from "./generated-time.ts";
import { componentWith, moduleWith } from "./inspection.test-helper.ts";
import { judge } from "./judge.ts";
import { type BuiltManifest, buildManifest, type ManifestInput } from "./manifest-build.ts";
import { readManifest } from "./manifest-read.ts";
import { originalRefusal } from "./original-rules.test-helper.ts";
import type { Profile } from "./profile.ts";
import { BUILTIN_PROFILES, DEFAULT_PROFILE, legacyProfile } from "./profiles-builtin.ts";

const EMPTY_MODULE = new Uint8Array([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]);

function build(
  inspection: Inspection,
  profile: Profile = DEFAULT_PROFILE,
  changes: Partial<ManifestInput> = {},
): BuiltManifest {
  const input = {
    blueprint_id: "edge-wasm",
    source_name: "testdata/edge-runtime.wasm",
    artifact: digestOf(sha256(EMPTY_MODULE)),
    inspection,
    profile,
    verdict: judge(inspection, profile),
    generated_unix_ms: FIXED_UNIX_MS,
    ...changes,
  };
  return buildManifest(input, sha256);
}

describe("the manifest of the empty module", () => {
  const built = build(inspect(EMPTY_MODULE), legacyProfile("wasm_wasi"));

  it("has these bytes on every machine", () => {
    expect(decodeUtf8(built.bytes)).toBe(
      '{"artifact_path":"93a44bbb96c751218e4c00d479e4c14358122a389acca16205b1e4d0dc5f9476.wasm","artifact_sha256":"93a44bbb96c751218e4c00d479e4c14358122a389acca16205b1e4d0dc5f9476","artifact_size_bytes":8,"blueprint_id":"edge-wasm","capability_constraints":["no_native_process_exec","filesystem_limited_to_preopened_dirs","network_access_requires_host_capability","deterministic_time_requires_host_injection"],"deploy_target":"wasm","generated_unix_ms":315532800000,"manifest_kind":"tau_wasm_deliverable","observed_import_modules":[],"runtime_constraints":{"allowed_import_modules":["wasi:*","env"],"forbidden_import_modules":["wasi_snapshot_preview1","wasi_unstable"],"max_artifact_size_bytes":2097152,"profile_id":"control_plane_gateway_v1","required_abi":"wasi:*","required_feature_gates":["no_native_process_exec","filesystem_limited_to_preopened_dirs","network_access_requires_host_capability","deterministic_time_requires_host_injection"],"required_runtime_profile":"wasm_wasi","schema_version":1,"target_role":"control_plane_gateway"},"runtime_profile":"wasm_wasi","schema_version":1,"source_module_path":"edge-runtime.wasm","tau_edge":{"artifact_kind":"module","capabilities":[],"compliance":"compliant","export_count":0,"interfaces":[],"manifest_version":1,"policy_revision":"wasi-0.2.12+0.3.0-r2+rules-2","profile_digest":"sha256:444b08de1de89a8dd547cd02f865f80e20bbf65704c8009b157055d5d84a21b9","profile_id":"control_plane_gateway_v1","reason_codes":["abi_assumed_no_imports"],"roles":[]}}',
    );
    expect(built.digest).toBe("sha256:0acfde5b8abd5adb252c5c11aeb7fbd7faa312e785eca8d6dc25894e2aad305d");
  });

  it("is its own canonical form, and the digest is that of the file", () => {
    expect(writeCanonicalJson(JSON.parse(decodeUtf8(built.bytes)))).toEqual(built.bytes);
    expect(built.digest).toBe(digestOf(sha256(built.bytes)));
  });

  it("names the artifact by its digest and the source by its name only", () => {
    expect(built.manifest).toMatchObject({
      artifact_path: "93a44bbb96c751218e4c00d479e4c14358122a389acca16205b1e4d0dc5f9476.wasm",
      artifact_size_bytes: 8,
      source_module_path: "edge-runtime.wasm",
    });
  });
});

describe("building", () => {
  const full = componentWith(["wasi:io/poll@0.2.0", "wasi:cli/stdout@0.2.3"], {
    roles: ["command"],
    capabilities: ["stdio"],
    export_count: 1,
    features: ["simd"],
    metadata: {
      name: "adder",
      producers: [{ field: "language", values: [{ name: "C", version: "14" }] }],
      registry: { licenses: "MIT", authors: "somebody" },
      component_types: [],
      custom_sections: [],
    },
  });

  it("states facts about the artifact, and nothing that depends on the machine", () => {
    expect(build(full).manifest.tau_edge).toEqual({
      manifest_version: 1,
      artifact_kind: "component",
      profile_id: "wasi_preview2_v1",
      profile_digest: expect.stringMatching(/^sha256:/),
      policy_revision: expect.stringContaining("+rules-"),
      compliance: "compliant",
      reason_codes: [],
      roles: ["command"],
      interfaces: [
        { name: "wasi:cli/stdout@0.2.3", functions: [] },
        { name: "wasi:io/poll@0.2.0", functions: [] },
      ],
      capabilities: ["stdio"],
      export_count: 1,
      name: "adder",
      producers: [{ field: "language", values: [{ name: "C", version: "14" }] }],
      licences: "MIT",
    });
  });

  it.each(BUILTIN_PROFILES)("for $profile_id passes the original's rules", (profile) => {
    const built = build(full, profile);
    expect(originalRefusal(decodeUtf8(built.bytes))).toBeUndefined();
    expect(built.manifest.runtime_constraints.required_runtime_profile).toBe(profile.runtime_profile);
  });

  it("passes the original's rules for any interface of the table, up to its own cap", () => {
    const text = (inspection: Inspection) => decodeUtf8(build(inspection).bytes);
    expect(originalRefusal(text(moduleWith(["wasi:http/types@0.2.12"], { size_bytes: 2_097_152 })))).toBeUndefined();
    expect(originalRefusal(text(moduleWith([], { size_bytes: 2_097_153 })))).toBe("artifact_size_limit_exceeded");
  });

  it("lists what a component links: effective names, sorted by bytes, once", () => {
    const profile = { ...DEFAULT_PROFILE, profile_id: "test_v1", plain_imports: ["x", "\u{10000}", "\uffff"] };
    const inspection = componentWith([
      { name: "\u{10000}" },
      { name: "\uffff" },
      { name: "x", implements: "wasi:random/random@0.2.0" },
      "wasi:random/random@0.2.0",
    ]);
    expect(build(inspection, profile).manifest.observed_import_modules).toEqual([
      "wasi:random/random@0.2.0",
      "\uffff",
      "\u{10000}",
    ]);
  });

  it.each([
    ["C:\\build\\x.wasm", "x.wasm"],
    ["/builds/today/x.wasm", "x.wasm"],
    ["x.wasm", "x.wasm"],
  ])("takes from %s only %s", (source_name, expected) => {
    expect(build(full, DEFAULT_PROFILE, { source_name }).manifest.source_module_path).toBe(expected);
  });

  it("refuses a bad id, a blank name and what would not be read again", () => {
    const attempt =
      (changes: Partial<ManifestInput>, inspection = full) =>
      () =>
        build(inspection, DEFAULT_PROFILE, changes);
    expect(attempt({ blueprint_id: "../up" })).toThrow(expect.objectContaining({ code: "blueprint_id_invalid" }));
    expect(attempt({ source_name: "dir/" })).toThrow(expect.objectContaining({ code: "source_name_blank" }));
    const huge = { ...full, metadata: { ...full.metadata, name: "x".repeat(4 * 1024 * 1024) } };
    expect(attempt({}, huge)).toThrow(expect.objectContaining({ code: "manifest_too_large" }));
  });

  it("is a bug without a compliant verdict", () => {
    expect(() => build(moduleWith(["env"]))).toThrow(RangeError);
  });
});

function readError(text: string): ManifestError {
  try {
    readManifest(encodeUtf8(text));
  } catch (error) {
    if (error instanceof ManifestError) return error;
    throw error;
  }
  throw new Error("expected a refusal");
}

const OLD = {
  blueprint_id: "edge-wasm",
  deploy_target: "wasm",
  runtime_profile: "wasm_wasi",
  source_module_path: "./crates/x/edge-runtime.wasm",
  artifact_path: "a.wasm",
  artifact_sha256: "0".repeat(64),
  artifact_size_bytes: 8,
  generated_unix_ms: 1_795_246_679_844,
};

describe("reading", () => {
  it("gives back what was built", () => {
    const built = build(inspect(EMPTY_MODULE));
    const read = readManifest(built.bytes);
    expect(read).toMatchObject({ origin: "tau_edge", bytes: built.bytes });
    expect(read.manifest).toEqual(built.manifest);
  });

  it("fills in the original's defaults and ignores keys that it does not know", () => {
    const { origin, manifest, document } = readManifest(encodeUtf8(JSON.stringify({ ...OLD, later: [1] }, null, 2)));
    expect(origin).toBe("original");
    expect(manifest).toMatchObject({
      schema_version: 1,
      manifest_kind: "tau_wasm_deliverable",
      runtime_constraints: { profile_id: "control_plane_gateway_v1", max_artifact_size_bytes: 2_097_152 },
      capability_constraints: { length: 4 },
      observed_import_modules: [],
    });
    expect(manifest).not.toHaveProperty("later");
    expect(document).toHaveProperty("later");
  });

  it("trims where the original trims", () => {
    const padded = {
      ...OLD,
      deploy_target: "\u0085wasm ",
      runtime_profile: " wasm_wasi",
      manifest_kind: "tau_wasm_deliverable\n",
    };
    expect(readManifest(encodeUtf8(JSON.stringify(padded))).manifest).toMatchObject({
      deploy_target: "wasm",
      runtime_profile: "wasm_wasi",
      manifest_kind: "tau_wasm_deliverable",
    });
  });

  it.each([
    [{ schema_version: 0 }, "$.schema_version"],
    [{ manifest_kind: "other" }, "$.manifest_kind"],
    [{ blueprint_id: " \u0085" }, "$.blueprint_id"],
    [{ blueprint_id: undefined }, "$.blueprint_id"],
    [{ deploy_target: "WASM" }, "$.deploy_target"],
    [{ runtime_profile: "wasm-wasi" }, "$.runtime_profile"],
    [{ source_module_path: "" }, "$.source_module_path"],
    [{ artifact_path: "" }, "$.artifact_path"],
    [{ artifact_sha256: "A".repeat(64) }, "$.artifact_sha256"],
    [{ artifact_sha256: "0".repeat(63) }, "$.artifact_sha256"],
    [{ artifact_size_bytes: 0 }, "$.artifact_size_bytes"],
    [{ artifact_size_bytes: 8.5 }, "$.artifact_size_bytes"],
    [{ generated_unix_ms: 0 }, "$.generated_unix_ms"],
    [{ capability_constraints: [] }, "$.capability_constraints"],
    [{ capability_constraints: ["a", " "] }, "$.capability_constraints[1]"],
    [{ runtime_constraints: {} }, "$.runtime_constraints.schema_version"],
    [{ observed_import_modules: [1] }, "$.observed_import_modules[0]"],
    [{ tau_edge: { manifest_version: 0 } }, "$.tau_edge.manifest_version"],
    [{ tau_edge: { manifest_version: 1 } }, "$.tau_edge.artifact_kind"],
  ])("refuses %j", (changes, at) => {
    expect(readError(JSON.stringify({ ...OLD, ...changes }))).toMatchObject({ code: "manifest_field", at });
  });

  it("refuses newer versions in words, before it looks at their shape", () => {
    expect(readError('{"schema_version":2}')).toMatchObject({ code: "manifest_newer", at: "$.schema_version" });
    const later = JSON.stringify({ ...OLD, tau_edge: { manifest_version: 2, all: "new" } });
    expect(readError(later)).toMatchObject({ code: "manifest_newer", at: "$.tau_edge.manifest_version" });
  });

  it("refuses what is not strict JSON, not an object, or too large", () => {
    expect(readError('{"schema_version":1,"schema_version":1}')).toMatchObject({ code: "manifest_syntax", at: "20" });
    expect(readError("[]")).toMatchObject({ code: "manifest_field", at: "$" });
    expect(readError(" ".repeat(4 * 1024 * 1024 + 1))).toMatchObject({ code: "manifest_too_large" });
  });

  it("answers any JSON with a manifest or a coded error", () => {
    const field = fc.constantFrom(...Object.keys(OLD), "runtime_constraints", "tau_edge", "__proto__");
    fc.assert(
      fc.property(field, fc.jsonValue(), (key, value) => {
        const text = `{${JSON.stringify(key)}:${JSON.stringify(value)},"x":${JSON.stringify(OLD)}}`;
        expect(() => readManifest(encodeUtf8(text))).toThrow(ManifestError);
      }),
    );
  });

  it("writes the same bytes whatever the order of keys", () => {
    const { manifest, bytes } = build(inspect(EMPTY_MODULE));
    fc.assert(
      fc.property(
        fc.shuffledSubarray(Object.entries(manifest), { minLength: Object.keys(manifest).length }),
        (entries) => {
          expect(writeCanonicalJson(Object.fromEntries(entries))).toEqual(bytes);
        },
      ),
    );
  });
});
