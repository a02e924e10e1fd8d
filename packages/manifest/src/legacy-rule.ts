/**
 * S1's own rule, exactly: names against patterns. It decides nothing here. It tells apart what only the old rule would
 * have passed (`legacy_compliant`), and it says whether the original's reader will accept a manifest.
 */
import type { LegacyConstraints, RuntimeProfile } from "./profile.ts";
import type { ReasonCode } from "./reason-codes.ts";
import { rustTrim } from "./rust-trim.ts";

export interface LegacyInput {
  /** Names of imported modules, as claimed or observed. */
  readonly import_modules: readonly string[];
  readonly size_bytes: number;
  /** Labels that the manifest carries as `capability_constraints`. */
  readonly feature_gates: readonly string[];
  readonly runtime_profile: RuntimeProfile;
}

export interface LegacyVerdict {
  readonly compliant: boolean;
  readonly reason_codes: readonly ReasonCode[];
}

/** The pattern is trimmed; a trailing `*` makes a prefix, anything else is exact; case counts; blank matches nothing. */
export function matchesLegacyPattern(pattern: string, name: string): boolean {
  const wanted = rustTrim(pattern);
  if (wanted === "") return false;
  return wanted.endsWith("*") ? name.startsWith(wanted.slice(0, -1)) : name === wanted;
}

/** Codes in S1's emission order. */
export function judgeLegacy(input: LegacyInput, constraints: LegacyConstraints): LegacyVerdict {
  const names = input.import_modules;
  const matchesAny = (patterns: readonly string[], name: string) =>
    patterns.some((pattern) => matchesLegacyPattern(pattern, name));
  const codes: ReasonCode[] = [];
  if (input.runtime_profile !== constraints.required_runtime_profile) codes.push("runtime_profile_mismatch");
  if (input.size_bytes > constraints.max_artifact_size_bytes) codes.push("artifact_size_limit_exceeded");
  if (constraints.required_feature_gates.some((gate) => !input.feature_gates.includes(gate)))
    codes.push("required_feature_gate_missing");
  if (names.length === 0) codes.push("abi_assumed_no_imports");
  else if (!names.some((name) => matchesLegacyPattern(constraints.required_abi, name)))
    codes.push("required_abi_missing");
  if (names.some((name) => !matchesAny(constraints.allowed_import_modules, name)))
    codes.push("import_module_not_allowlisted");
  if (names.some((name) => matchesAny(constraints.forbidden_import_modules, name)))
    codes.push("import_module_forbidden");
  return { compliant: codes.every((code) => code === "abi_assumed_no_imports"), reason_codes: codes };
}
