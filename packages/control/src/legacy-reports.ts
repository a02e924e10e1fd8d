/** S1's reports, field by field in S1's order. */

import { digestHex } from "@tau-edge/encoding";
import { legacyConstraints } from "@tau-edge/manifest";
import type { DidReport } from "./init-did.ts";
import type { ManifestReport } from "./inspect-manifest.ts";
import type { PackageReport } from "./package-report.ts";

type LegacyValue = string | number | boolean | readonly string[];
export type LegacyReport = Readonly<Record<string, LegacyValue>>;

/** @param report of what was packaged @param state_path path of state.json */
export function legacyPackageReport(report: PackageReport, state_path: string): LegacyReport {
  const { artifact_path, manifest_path } = report;
  if (artifact_path === undefined || manifest_path === undefined)
    throw new RangeError("only what was packaged has this report");
  const constraints = legacyConstraints(report.runtime_profile);
  return {
    blueprint_id: report.blueprint_id,
    runtime_profile: report.runtime_profile,
    source_module_path: report.file,
    artifact_path,
    artifact_sha256: digestHex(report.artifact),
    artifact_size_bytes: report.size_bytes,
    manifest_path,
    state_path,
    state_updated: true,
    capability_constraints: constraints.required_feature_gates,
    constraint_profile_id: constraints.profile_id,
    compliance_reason_codes: report.reason_codes,
  };
}

/** `compliant` is what the bytes say, not what the original could say: it printed this report only when it was true. */
export function legacyInspectReport(report: ManifestReport): LegacyReport {
  const { claims } = report;
  const constraints = claims.runtime_constraints;
  return {
    manifest_path: report.file,
    blueprint_id: claims.blueprint_id,
    runtime_profile: claims.runtime_profile,
    constraint_profile_id: constraints.profile_id,
    constraint_target_role: constraints.target_role,
    required_runtime_profile: constraints.required_runtime_profile,
    required_abi: constraints.required_abi,
    compliant: report.compliant && report.holds,
    reason_codes: report.reason_codes,
    observed_import_modules: claims.observed_import_modules,
    required_feature_gates: constraints.required_feature_gates,
    max_artifact_size_bytes: constraints.max_artifact_size_bytes,
  };
}

/** S1's `fingerprint` is left out: it was a hash of the entropy. */
export function legacyDidReport(report: DidReport): LegacyReport {
  const { runtime, interoperability_profile, method, network, subject, did, key_id, output_path, persisted } = report;
  const { assurance, public_key_multibase, payload_sha256 } = report;
  return {
    ...{ runtime, interoperability_profile, method, network, subject, did, key_id, output_path, persisted },
    ...{ assurance, public_key_multibase, payload_sha256 },
  };
}
