/**
 * What the original writes as `runtime_constraints`: two literal objects, compared field by field by its reader. They
 * never change; our own rules live in profiles.
 */
import type { LegacyConstraints, RuntimeProfile } from "./profile.ts";

const BASE_GATES = [
  "no_native_process_exec",
  "filesystem_limited_to_preopened_dirs",
  "network_access_requires_host_capability",
  "deterministic_time_requires_host_injection",
] as const;

const CONTROL_PLANE: LegacyConstraints = {
  schema_version: 1,
  profile_id: "control_plane_gateway_v1",
  target_role: "control_plane_gateway",
  required_runtime_profile: "wasm_wasi",
  required_abi: "wasi:*",
  required_feature_gates: BASE_GATES,
  allowed_import_modules: ["wasi:*", "env"],
  forbidden_import_modules: ["wasi_snapshot_preview1", "wasi_unstable"],
  max_artifact_size_bytes: 2_097_152,
};

const CHANNEL_AUTOMATION: LegacyConstraints = {
  ...CONTROL_PLANE,
  profile_id: "channel_automation_runtime_v1",
  target_role: "channel_automation_runtime",
  required_runtime_profile: "channel_automation_wasi",
  required_feature_gates: [...BASE_GATES, "channel_event_dispatch_host_capability"],
  max_artifact_size_bytes: 1_048_576,
};

export const RUNTIME_PROFILES: readonly RuntimeProfile[] = ["wasm_wasi", "channel_automation_wasi"];

/** The object that a manifest for this runtime profile must carry. */
export function legacyConstraints(runtimeProfile: RuntimeProfile): LegacyConstraints {
  return runtimeProfile === "wasm_wasi" ? CONTROL_PLANE : CHANNEL_AUTOMATION;
}

/** Accepts S1's words in both spellings (`wasm_wasi`, `wasm-wasi`); undefined for any other word. */
export function parseRuntimeProfile(text: string): RuntimeProfile | undefined {
  return RUNTIME_PROFILES.find((known) => known === text || known.replaceAll("_", "-") === text);
}
