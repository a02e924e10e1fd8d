/**
 * A profile says what an artifact may be. Profiles are documents: the built-in ones live in profiles-builtin.ts, any
 * number more come from files that follow schemas/profile.schema.json.
 */
import type { Capability, WasmFeature } from "@tau-edge/wasm";

/** S1's word for the host that will run the artifact; the original's manifest reader knows only these two. */
export type RuntimeProfile = "wasm_wasi" | "channel_automation_wasi";

/** The literal constraint object that S1 writes into `runtime_constraints` (field order is S1's). */
export interface LegacyConstraints {
  readonly schema_version: 1;
  readonly profile_id: string;
  readonly target_role: string;
  readonly required_runtime_profile: RuntimeProfile;
  readonly required_abi: string;
  readonly required_feature_gates: readonly string[];
  readonly allowed_import_modules: readonly string[];
  readonly forbidden_import_modules: readonly string[];
  readonly max_artifact_size_bytes: number;
}

/** A range of one WASI package on one compatibility track, such as 0.2.0 up to and including 0.2.12. */
export interface WasiRange {
  /** Such as `wasi:cli`. */
  readonly package: string;
  readonly track: "0.2" | "0.3";
  /** Lowest and highest accepted version on the track; both optional. */
  readonly min_version?: string;
  readonly max_version?: string;
  /** Interfaces of the package; absent means every stable one. What WASI publishes as unstable must be named. */
  readonly interfaces?: readonly string[];
}

export interface Profile {
  readonly schema_version: 1;
  readonly profile_id: string;
  readonly description: string;
  readonly runtime_profile: RuntimeProfile;
  /** Accepted binaries. */
  readonly kinds: readonly ("module" | "component")[];
  /** What may be imported, by package… */
  readonly wasi: readonly WasiRange[];
  /** …or by world: `wasi:cli/command@0.2`, `wasi:http/proxy@0.2`. The union of both is allowed. */
  readonly worlds: readonly string[];
  /** Exact core import module names allowed beside WASI, such as `env`. */
  readonly core_modules: readonly string[];
  /**
   * Exact names outside WASI that a component may import: plain names of functions, types and instances, or whole
   * interface names such as `acme:queue/send@1.0.0`.
   */
  readonly plain_imports: readonly string[];
  /** "all", or the granted ones. */
  readonly capabilities: "all" | readonly Capability[];
  /** "all" means not gated, and then features are not even computed. */
  readonly features: "all" | readonly WasmFeature[];
  readonly size_bytes_max: number;
  /** Labels for `capability_constraints`; the original compares them literally. */
  readonly feature_gates: readonly string[];
}
