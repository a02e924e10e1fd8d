/** Is this binary allowed? A pure, total function of what was found in it and of the profile. */
import type { Inspection, WasmError } from "@tau-edge/wasm";
import { judgeComponentImports } from "./judge-component.ts";
import { judgeModuleImports } from "./judge-module.ts";
import { legacyConstraints } from "./legacy-constraints.ts";
import { judgeLegacy } from "./legacy-rule.ts";
import { observedImportModules } from "./observed-imports.ts";
import { POLICY_REVISION } from "./policy-revision.ts";
import type { Profile, RuntimeProfile } from "./profile.ts";
import { ReasonList } from "./reason-list.ts";
import type { Compliance, Reason, Verdict } from "./verdict.ts";

export interface JudgeOptions {
  /** The runtime profile that the caller asked for, where that is not simply the profile's own. */
  readonly runtime_profile?: RuntimeProfile;
}

/**
 * @throws RangeError when the profile gates features and the inspection was made without them: the caller forgot to ask
 */
export function judge(inspection: Inspection, profile: Profile, options: JudgeOptions = {}): Verdict {
  const reasons = new ReasonList();
  const asked = options.runtime_profile ?? profile.runtime_profile;
  if (asked !== profile.runtime_profile) reasons.add("runtime_profile_mismatch", { subject: asked });
  if (inspection.size_bytes > profile.size_bytes_max)
    reasons.add("artifact_size_limit_exceeded", {
      subject: `${inspection.size_bytes} bytes, at most ${profile.size_bytes_max}`,
    });
  for (const gate of legacyConstraints(profile.runtime_profile).required_feature_gates)
    if (!profile.feature_gates.includes(gate)) reasons.add("required_feature_gate_missing", { subject: gate });
  if (inspection.kind === "wit_package" || !profile.kinds.includes(inspection.kind))
    reasons.add("kind_not_allowed", { subject: inspection.kind });
  if (inspection.imports.length === 0) reasons.add("abi_assumed_no_imports");
  if (inspection.kind === "module") judgeModuleImports(inspection, profile, reasons);
  else judgeComponentImports(inspection, profile, reasons);
  judgeGrants(inspection, profile, reasons);
  addInformation(inspection, reasons);
  return verdictOf(
    reasons.sorted(),
    profile,
    legacyPasses(inspection, profile, asked),
    gatedFeatures(inspection, profile),
  );
}

/** The verdict about bytes that could not be read. */
export function judgeMalformed(error: WasmError, profile: Profile): Verdict {
  const reasons = new ReasonList();
  reasons.add("binary_malformed", {
    subject: error.feature === undefined ? error.code : `${error.code}(${error.feature})`,
    at: error.at,
    ...(error.path !== "" && { path: error.path }),
  });
  return verdictOf(reasons.sorted(), profile, false, undefined);
}

/** The same verdict after a validator refused what the rules had admitted. @param detail the validator's own words */
export function addDeepFailure(verdict: Verdict, detail: string): Verdict {
  const reasons = new ReasonList(verdict.reasons);
  reasons.add("deep_validation_failed", { subject: detail });
  const all = reasons.sorted();
  return {
    ...verdict,
    compliant: false,
    compliance: "non_compliant",
    reason_codes: ReasonList.codes(all),
    reasons: all,
  };
}

function judgeGrants(inspection: Inspection, profile: Profile, reasons: ReasonList): void {
  if (profile.capabilities !== "all") {
    const granted = profile.capabilities;
    for (const capability of inspection.capabilities)
      if (!granted.includes(capability)) reasons.add("capability_not_granted", { subject: capability });
  }
  if (profile.features === "all") return;
  if (inspection.features === undefined)
    throw new RangeError(`profile ${profile.profile_id} gates features: inspect with { features: true }`);
  for (const feature of inspection.features)
    if (!profile.features.includes(feature)) reasons.add("feature_not_granted", { subject: feature });
}

function addInformation(inspection: Inspection, reasons: ReasonList): void {
  const [componentType] = inspection.metadata.component_types;
  if (inspection.kind === "module" && componentType !== undefined)
    reasons.add("awaits_component_new", { subject: componentType });
  for (const nested of inspection.nested)
    if (nested.kind === "module" && nested.import_names.includes("wasi_snapshot_preview1"))
      reasons.add("embedded_preview1_adapter", { at: nested.at, path: nested.path });
}

function legacyPasses(inspection: Inspection, profile: Profile, asked: RuntimeProfile): boolean {
  if (inspection.kind === "wit_package") return false;
  const input = {
    import_modules: observedImportModules(inspection),
    size_bytes: inspection.size_bytes,
    feature_gates: profile.feature_gates,
    runtime_profile: asked,
  };
  return judgeLegacy(input, legacyConstraints(profile.runtime_profile)).compliant;
}

function gatedFeatures(inspection: Inspection, profile: Profile): Inspection["features"] {
  return profile.features === "all" ? undefined : inspection.features;
}

function verdictOf(
  reasons: readonly Reason[],
  profile: Profile,
  legacy: boolean,
  features: Inspection["features"],
): Verdict {
  const compliant = reasons.every((reason) => !reason.fatal);
  const compliance: Compliance = compliant ? "compliant" : legacy ? "legacy_compliant" : "non_compliant";
  return {
    schema_version: 1,
    profile_id: profile.profile_id,
    policy_revision: POLICY_REVISION,
    compliant,
    compliance,
    reason_codes: ReasonList.codes(reasons),
    reasons,
    ...(features !== undefined && { features }),
  };
}
