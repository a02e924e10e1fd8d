/** Is it allowed? Profiles, verdicts, manifests and the diff of two inspections. */
export { resolveArtifactName } from "./artifact-name.ts";
export { blueprintFromFileName, isBlueprintId, parseBlueprintId, suggestBlueprintId } from "./blueprint-id.ts";
export { type DerivedCode, type DerivedFile, readDerivedCode, writeDerivedCode } from "./derived-code.ts";
export { type Change, diffInspections, gainsCapability, type InspectionDiff } from "./diff.ts";
export { diffSchema } from "./diff-schema.ts";
export { MANIFEST_ERROR_MEANINGS, ManifestError, type ManifestErrorCode } from "./errors.ts";
export { FIXED_UNIX_MS, generatedUnixMs } from "./generated-time.ts";
export { inspectionSchema } from "./inspection-schema.ts";
export { jsonPath } from "./json-path.ts";
export { addDeepFailure, type JudgeOptions, judge, judgeMalformed } from "./judge.ts";
export { legacyConstraints, parseRuntimeProfile, RUNTIME_PROFILES } from "./legacy-constraints.ts";
export { judgeLegacy, type LegacyInput, type LegacyVerdict } from "./legacy-rule.ts";
export { MANIFEST_LIMITS } from "./limits.ts";
export { MANIFEST_KIND, type Manifest, type ManifestFacts } from "./manifest.ts";
export { type BuiltManifest, buildManifest, type ManifestInput } from "./manifest-build.ts";
export {
  type CheckInput,
  checkManifest,
  MISMATCH_MEANINGS,
  type Mismatch,
  type MismatchCode,
  manifestHolds,
} from "./manifest-check.ts";
export { type ReadManifest, readManifest } from "./manifest-read.ts";
export { manifestSchema } from "./manifest-schema.ts";
export { legacyObservedImports, observedImportModules } from "./observed-imports.ts";
export { POLICY_REVISION, RULE_REVISION } from "./policy-revision.ts";
export type { LegacyConstraints, Profile, RuntimeProfile, WasiRange } from "./profile.ts";
export { parseProfile, profileDigest } from "./profile-file.ts";
export { capabilitySchema, featureSchema, profileSchema } from "./profile-schema.ts";
export { BUILTIN_PROFILES, builtinProfile, DEFAULT_PROFILE, legacyProfile } from "./profiles-builtin.ts";
export { isReasonCode, REASON_CODE_ORDER, REASON_CODES, type ReasonCode, type ReasonCodeRow } from "./reason-codes.ts";
export { rustTrim } from "./rust-trim.ts";
export { digestSchema } from "./shared-schemas.ts";
export type { Compliance, Reason, Verdict } from "./verdict.ts";
export { reasonCodeSchema, reasonSchema, verdictSchema } from "./verdict-schema.ts";
export { WORLD_NAMES } from "./worlds.ts";
