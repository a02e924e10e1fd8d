import { legacyConstraints, type Manifest } from "@tau-edge/manifest";
import { describe, expect, it } from "vitest";
import { deliverableEntry } from "./deliverable-entry.ts";

const manifest: Manifest = {
  schema_version: 1,
  manifest_kind: "tau_wasm_deliverable",
  blueprint_id: "edge-wasm",
  deploy_target: "wasm",
  runtime_profile: "channel_automation_wasi",
  source_module_path: "edge-runtime.wasm",
  artifact_path: `${"a".repeat(64)}.wasm`,
  artifact_sha256: "a".repeat(64),
  artifact_size_bytes: 8,
  generated_unix_ms: 315_532_800_000,
  capability_constraints: ["x"],
  runtime_constraints: legacyConstraints("channel_automation_wasi"),
  observed_import_modules: [],
};

describe("deliverableEntry", () => {
  it("has S1's twelve fields in S1's order", () => {
    const entry = deliverableEntry(manifest, { artifact_path: "d/a.wasm", manifest_path: "d/a.manifest.json" });
    expect(Object.entries(entry)).toEqual([
      ["schema_version", 1],
      ["blueprint_id", "edge-wasm"],
      ["deploy_target", "wasm"],
      ["runtime_profile", "channel_automation_wasi"],
      ["constraint_profile_id", "channel_automation_runtime_v1"],
      ["required_abi", "wasi:*"],
      [
        "required_feature_gates",
        [
          "no_native_process_exec",
          "filesystem_limited_to_preopened_dirs",
          "network_access_requires_host_capability",
          "deterministic_time_requires_host_injection",
          "channel_event_dispatch_host_capability",
        ],
      ],
      ["artifact_path", "d/a.wasm"],
      ["manifest_path", "d/a.manifest.json"],
      ["artifact_sha256", "a".repeat(64)],
      ["artifact_size_bytes", 8],
      ["generated_unix_ms", 315_532_800_000],
    ]);
  });
});
