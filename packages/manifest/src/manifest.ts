/**
 * The manifest: what is claimed about one artifact. A superset of S1's `tau_wasm_deliverable`, schema 1: its fields keep
 * their names and rules, so that the original's reader accepts the file, and everything of ours stands under `tau_edge`.
 *
 * It holds only what is the same on every machine: no time of day, no path, no feature scan, no verdict of a validator.
 */
import type { Digest } from "@tau-edge/encoding";
import type { ProducerField } from "@tau-edge/wasm";
import type { LegacyConstraints, RuntimeProfile } from "./profile.ts";

export const MANIFEST_KIND = "tau_wasm_deliverable";

export interface Manifest {
  readonly schema_version: 1;
  readonly manifest_kind: typeof MANIFEST_KIND;
  readonly blueprint_id: string;
  readonly deploy_target: "wasm";
  readonly runtime_profile: RuntimeProfile;
  /** File name of what was packaged. Manifests of the original have a path as it was typed. */
  readonly source_module_path: string;
  /** File name beside the manifest. Manifests of the original may have any path: see resolveArtifactName. */
  readonly artifact_path: string;
  /** 64 lowercase hex digits, without prefix. */
  readonly artifact_sha256: string;
  readonly artifact_size_bytes: number;
  /** SOURCE_DATE_EPOCH, or a fixed instant; the real time is in the ledger. */
  readonly generated_unix_ms: number;
  readonly capability_constraints: readonly string[];
  readonly runtime_constraints: LegacyConstraints;
  /** Sorted by UTF-8 bytes, unique. */
  readonly observed_import_modules: readonly string[];
  /** Absent in manifests of the original. */
  readonly tau_edge?: ManifestFacts;
}

/** What this program adds. Words are strings here because a newer writer may know more of them. */
export interface ManifestFacts {
  readonly manifest_version: 1;
  readonly artifact_kind: "module" | "component";
  readonly profile_id: string;
  /** Of the profile's rules, see profileDigest. */
  readonly profile_digest: Digest;
  readonly policy_revision: string;
  readonly compliance: "compliant";
  /** Only codes that inform: what is refused gets no manifest. */
  readonly reason_codes: readonly string[];
  readonly roles: readonly string[];
  readonly interfaces: readonly { readonly name: string; readonly functions: readonly string[] }[];
  readonly capabilities: readonly string[];
  readonly export_count: number;
  /** Of the `name` section. */
  readonly name?: string;
  readonly producers?: readonly ProducerField[];
  /** What the artifact's own metadata says; nobody has checked it. */
  readonly licences?: string;
}
