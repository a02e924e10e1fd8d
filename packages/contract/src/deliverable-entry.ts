/** One packaged artifact as S1's `state.json` lists it under `wasm_deliverables`. */
import type { Manifest, RuntimeProfile } from "@tau-edge/manifest";

/** Fields in S1's order. Identity is (blueprint_id, runtime_profile). */
export interface DeliverableEntry {
  readonly schema_version: 1;
  readonly blueprint_id: string;
  readonly deploy_target: string;
  readonly runtime_profile: RuntimeProfile;
  readonly constraint_profile_id: string;
  readonly required_abi: string;
  readonly required_feature_gates: readonly string[];
  /** Path as a reader of the state finds the file: relative to its working directory, or absolute. */
  readonly artifact_path: string;
  readonly manifest_path: string;
  /** 64 lowercase hex digits. */
  readonly artifact_sha256: string;
  readonly artifact_size_bytes: number;
  readonly generated_unix_ms: number;
}

/** An identity of which nothing is left: each of its artifacts was collected. */
export interface WithdrawnEntry {
  readonly blueprint_id: string;
  readonly runtime_profile: RuntimeProfile;
  /** 64 lowercase hex digits each. */
  readonly artifact_sha256s: ReadonlySet<string>;
}

/** The entry that follows from a manifest and from where the two files lie. */
export function deliverableEntry(
  manifest: Manifest,
  paths: { readonly artifact_path: string; readonly manifest_path: string },
): DeliverableEntry {
  const constraints = manifest.runtime_constraints;
  return {
    schema_version: 1,
    blueprint_id: manifest.blueprint_id,
    deploy_target: manifest.deploy_target,
    runtime_profile: manifest.runtime_profile,
    constraint_profile_id: constraints.profile_id,
    required_abi: constraints.required_abi,
    required_feature_gates: constraints.required_feature_gates,
    artifact_path: paths.artifact_path,
    manifest_path: paths.manifest_path,
    artifact_sha256: manifest.artifact_sha256,
    artifact_size_bytes: manifest.artifact_size_bytes,
    generated_unix_ms: manifest.generated_unix_ms,
  };
}
