/** Making a manifest: the same artifact, name, blueprint and profile give the same bytes on every machine. */
import { type Digest, digestHex, digestOf, type Sha256, writeCanonicalJson } from "@tau-edge/encoding";
import type { Inspection } from "@tau-edge/wasm";
import { parseBlueprintId } from "./blueprint-id.ts";
import { ManifestError } from "./errors.ts";
import { legacyConstraints } from "./legacy-constraints.ts";
import { MANIFEST_LIMITS } from "./limits.ts";
import { MANIFEST_KIND, type Manifest, type ManifestFacts } from "./manifest.ts";
import { factsOf } from "./manifest-facts.ts";
import { observedImportModules } from "./observed-imports.ts";
import type { Profile } from "./profile.ts";
import { profileDigest } from "./profile-file.ts";
import { rustTrim } from "./rust-trim.ts";
import type { Verdict } from "./verdict.ts";

export interface ManifestInput {
  readonly blueprint_id: string;
  /** Path or name of the packaged file; only its last component is written. */
  readonly source_name: string;
  /** SHA-256 of the artifact's bytes. */
  readonly artifact: Digest;
  readonly inspection: Inspection;
  readonly profile: Profile;
  /** Of this inspection under this profile; must be compliant. */
  readonly verdict: Verdict;
  /** See generatedUnixMs. */
  readonly generated_unix_ms: number;
}

export interface BuiltManifest {
  readonly manifest: Manifest;
  /** RFC 8785: this is the file. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** SHA-256 of the file. */
  readonly digest: Digest;
}

/**
 * @throws ManifestError `blueprint_id_invalid`, `source_name_blank`, `manifest_too_large`
 * @throws RangeError when the verdict is not compliant: the caller forgot to refuse
 */
export function buildManifest(input: ManifestInput, sha256: Sha256): BuiltManifest {
  const manifest = manifestOf(input, sha256);
  const bytes = writeCanonicalJson(manifest);
  const max = MANIFEST_LIMITS.manifest_bytes_max;
  if (bytes.length > max)
    throw new ManifestError(
      "manifest_too_large",
      "$.tau_edge",
      `The manifest would have ${bytes.length} bytes, at most ${max} are read`,
      "Strip the artifact's names and producers: `npx @bytecodealliance/jco metadata-show x.wasm` lists them.",
    );
  return { manifest, bytes, digest: digestOf(sha256(bytes)) };
}

function manifestOf(input: ManifestInput, sha256: Sha256): Manifest {
  const { inspection, profile } = input;
  const hex = digestHex(input.artifact);
  return {
    schema_version: 1,
    manifest_kind: MANIFEST_KIND,
    blueprint_id: parseBlueprintId(input.blueprint_id),
    deploy_target: "wasm",
    runtime_profile: profile.runtime_profile,
    source_module_path: fileName(input.source_name),
    artifact_path: `${hex}.wasm`,
    artifact_sha256: hex,
    artifact_size_bytes: inspection.size_bytes,
    generated_unix_ms: input.generated_unix_ms,
    capability_constraints: profile.feature_gates,
    runtime_constraints: legacyConstraints(profile.runtime_profile),
    observed_import_modules: observedImportModules(inspection),
    tau_edge: tauEdgeFacts(input, sha256),
  };
}

function tauEdgeFacts({ inspection, profile, verdict }: ManifestInput, sha256: Sha256): ManifestFacts {
  const { artifact_kind, ...facts } = factsOf(inspection);
  if (!verdict.compliant || artifact_kind === "wit_package")
    throw new RangeError("a manifest is built only for what its profile admits");
  return {
    manifest_version: 1,
    artifact_kind,
    profile_id: profile.profile_id,
    profile_digest: profileDigest(profile, sha256),
    policy_revision: verdict.policy_revision,
    compliance: "compliant",
    reason_codes: verdict.reason_codes,
    ...facts,
  };
}

/** Both separators count: a path may come from another system than this one. */
function fileName(path: string): string {
  const name = path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
  if (rustTrim(name) === "")
    throw new ManifestError(
      "source_name_blank",
      "$.source_module_path",
      "The source has no file name",
      "Give the file a name: `tau-edge package x.wasm`.",
    );
  return name;
}
