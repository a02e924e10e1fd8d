/**
 * May this file be packaged, and as what? Everything of `package` that writes nothing: hash, read, judge, ask real
 * validators, make the manifest. All of it looks at one buffer, so nothing can change in between.
 */

import type { Sha256 } from "@tau-edge/encoding";
import {
  type BuiltManifest,
  buildManifest,
  legacyConstraints,
  type Profile,
  type RuntimeProfile,
} from "@tau-edge/manifest";
import type { DeepVerdict, Validator } from "@tau-edge/ports";
import { examine, examineDeeply } from "./examine.ts";
import type { PackageReport } from "./package-report.ts";
import type { PackagedFacts } from "./packaged-record.ts";

export interface PackageRequest {
  readonly bytes: Uint8Array;
  /** As the caller named it; the manifest has its last component only. */
  readonly file: string;
  readonly blueprint_id: string;
  readonly profile: Profile;
  /** Where it was asked for in words of its own; default the profile's. */
  readonly runtime_profile?: RuntimeProfile;
  /** See `generatedUnixMs` of @tau-edge/manifest. */
  readonly generated_unix_ms: number;
  /** Where the readable copies go, if not to the place that belongs to the state. */
  readonly output_dir?: string;
}

export interface PreparePorts {
  readonly sha256: Sha256;
  /** Absent: no deep pass. */
  readonly validator?: Validator;
}

/** What can be stored: both objects and what the record will say. */
export interface PreparedPackage {
  readonly outcome: "prepared";
  readonly artifact_bytes: Uint8Array;
  readonly manifest_bytes: Uint8Array;
  readonly facts: PackagedFacts;
  readonly deep: DeepVerdict;
  /** The report as far as it is known before anything is written. */
  readonly report: PackageReport;
}

export interface RefusedPackage {
  readonly outcome: "refused";
  readonly report: PackageReport;
}

/** @throws ManifestError `blueprint_id_invalid`, `source_name_blank`, `manifest_too_large` */
export async function preparePackage(
  request: PackageRequest,
  ports: PreparePorts,
): Promise<PreparedPackage | RefusedPackage> {
  const { bytes, profile, runtime_profile } = request;
  const examined = examine(
    bytes,
    { profile, ...(runtime_profile && { runtimeProfile: runtime_profile }) },
    ports.sha256,
  );
  // Validators cost more than everything before them together; what is refused anyway is not shown to them.
  const validator = examined.verdict.compliant ? ports.validator : undefined;
  const { deep, verdict } = await examineDeeply(bytes, examined, validator);
  const report: PackageReport = {
    ...verdict,
    outcome: "refused",
    file: request.file,
    blueprint_id: request.blueprint_id,
    runtime_profile: runtime_profile ?? profile.runtime_profile,
    artifact: examined.digest,
    size_bytes: bytes.length,
    ...(examined.inspection === undefined ? {} : { artifact_kind: examined.inspection.kind }),
    ...(examined.error === undefined ? {} : { error: examined.error }),
    deep,
  };
  const { inspection } = examined;
  if (!verdict.compliant || inspection === undefined) return { outcome: "refused", report };
  const built = buildManifest(
    {
      blueprint_id: request.blueprint_id,
      source_name: request.file,
      artifact: examined.digest,
      inspection,
      profile,
      verdict,
      generated_unix_ms: request.generated_unix_ms,
    },
    ports.sha256,
  );
  return {
    outcome: "prepared",
    artifact_bytes: bytes,
    manifest_bytes: built.bytes,
    facts: factsOf(request, built, examined.digest),
    deep,
    report: { ...report, outcome: "would_package", manifest: built.digest, manifest_size_bytes: built.bytes.length },
  };
}

function factsOf(request: PackageRequest, built: BuiltManifest, artifact: PackagedFacts["artifact"]): PackagedFacts {
  const { manifest } = built;
  const facts = manifest.tau_edge;
  if (facts === undefined) throw new TypeError("a manifest that was just built has our facts");
  const constraints = legacyConstraints(manifest.runtime_profile);
  return {
    blueprint_id: manifest.blueprint_id,
    artifact,
    manifest: built.digest,
    artifact_size_bytes: manifest.artifact_size_bytes,
    manifest_size_bytes: built.bytes.length,
    artifact_kind: facts.artifact_kind,
    profile_id: facts.profile_id,
    runtime_profile: manifest.runtime_profile,
    file_name: manifest.source_module_path,
    policy_revision: facts.policy_revision,
    generated_unix_ms: manifest.generated_unix_ms,
    constraint_profile_id: constraints.profile_id,
    required_abi: constraints.required_abi,
    required_feature_gates: constraints.required_feature_gates,
    ...(request.output_dir === undefined ? {} : { output_dir: request.output_dir }),
  };
}
