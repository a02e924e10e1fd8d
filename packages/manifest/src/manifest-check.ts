/** Is what a manifest claims true of these bytes? Every claim is compared; none is taken for granted. */
import { decodeUtf8, type Sha256, toHex, writeCanonicalJson } from "@tau-edge/encoding";
import type { Inspection } from "@tau-edge/wasm";
import { legacyConstraints } from "./legacy-constraints.ts";
import type { Manifest, ManifestFacts } from "./manifest.ts";
import { factsOf } from "./manifest-facts.ts";
import type { ReadManifest } from "./manifest-read.ts";
import { legacyObservedImports, observedImportModules, sortedUnique } from "./observed-imports.ts";
import { POLICY_REVISION } from "./policy-revision.ts";
import type { Profile } from "./profile.ts";
import { profileDigest } from "./profile-file.ts";
import type { Verdict } from "./verdict.ts";

/** One sentence each: what differs. */
export const MISMATCH_MEANINGS = {
  artifact_size_differs: "The artifact has another size.",
  artifact_sha256_differs: "The artifact has another digest.",
  observed_imports_differ: "The artifact imports other modules or interfaces.",
  artifact_facts_differ:
    "A fact about the artifact, such as an interface or a capability, is not the one that was read.",
  runtime_constraints_differ: "The constraints are not the literal ones of the runtime profile.",
  capability_constraints_differ: "A label that the runtime profile requires is missing.",
  profile_differs: "The profile of that id has other rules, or another runtime or labels, than the manifest states.",
  profile_not_compared: "The profile that the manifest names was not at hand, so nothing says what it was judged by.",
  verdict_differs: "The artifact does not get the verdict that the manifest states.",
  policy_revision_differs: "The manifest was judged by other rules than this program has.",
  manifest_not_canonical: "The file is not in the one form (RFC 8785) in which this program writes it.",
} as const;

export type MismatchCode = keyof typeof MISMATCH_MEANINGS;

export interface Mismatch {
  readonly code: MismatchCode;
  /** JSON path in the manifest. */
  readonly at: string;
  readonly claimed: unknown;
  readonly actual: unknown;
  /** False where the difference only says that time has passed. */
  readonly fatal: boolean;
}

export interface CheckInput {
  readonly read: ReadManifest;
  readonly artifact: Uint8Array;
  /** Of `artifact`; undefined when it could not be read, and then only size and digest are compared. */
  readonly inspection: Inspection | undefined;
  /** The profile that the manifest names, where the caller has it. */
  readonly profile?: Profile;
  /** Of `inspection` under `profile`; without it the reason codes are not compared. */
  readonly verdict?: Verdict;
}

/** Empty when everything holds. */
export function checkManifest(input: CheckInput, sha256: Sha256): readonly Mismatch[] {
  const { read, artifact, inspection } = input;
  const { manifest } = read;
  const found = new Comparison();
  found.compare("artifact_size_differs", "$.artifact_size_bytes", manifest.artifact_size_bytes, artifact.length);
  found.compare("artifact_sha256_differs", "$.artifact_sha256", manifest.artifact_sha256, toHex(sha256(artifact)));
  const constraints = legacyConstraints(manifest.runtime_profile);
  found.compare("runtime_constraints_differ", "$.runtime_constraints", manifest.runtime_constraints, constraints);
  if (constraints.required_feature_gates.some((gate) => !manifest.capability_constraints.includes(gate)))
    found.add(
      "capability_constraints_differ",
      "$.capability_constraints",
      manifest.capability_constraints,
      constraints.required_feature_gates,
    );
  if (inspection !== undefined) compareImports(found, read, inspection);
  if (manifest.tau_edge !== undefined) {
    compareForm(found, read);
    if (inspection !== undefined) compareFacts(found, manifest.tau_edge, inspection);
    comparePolicy(found, manifest, manifest.tau_edge, input, sha256);
  }
  return found.mismatches;
}

/** True when no mismatch is fatal. */
export function manifestHolds(mismatches: readonly Mismatch[]): boolean {
  return mismatches.every((mismatch) => !mismatch.fatal);
}

class Comparison {
  readonly mismatches: Mismatch[] = [];

  add(code: MismatchCode, at: string, claimed: unknown, actual: unknown, fatal = true): void {
    this.mismatches.push({ code, at, claimed, actual, fatal });
  }

  compare(code: MismatchCode, at: string, claimed: unknown, actual: unknown, fatal = true): void {
    if (!sameJson(claimed, actual)) this.add(code, at, claimed, actual, fatal);
  }
}

function compareImports(found: Comparison, read: ReadManifest, inspection: Inspection): void {
  const at = "$.observed_import_modules";
  const claimed = read.manifest.observed_import_modules;
  // The original sorted and deduplicated too, but looked at core imports only, nested ones included.
  if (read.origin === "original")
    found.compare("observed_imports_differ", at, sortedUnique(claimed), legacyObservedImports(inspection));
  else found.compare("observed_imports_differ", at, claimed, observedImportModules(inspection));
}

function compareForm(found: Comparison, read: ReadManifest): void {
  const canonical = writeCanonicalJson(read.document);
  const same = canonical.length === read.bytes.length && canonical.every((byte, index) => byte === read.bytes[index]);
  if (!same) found.add("manifest_not_canonical", "$", read.bytes.length, canonical.length);
}

function compareFacts(found: Comparison, facts: ManifestFacts, inspection: Inspection): void {
  const actual = factsOf(inspection);
  for (const key of FACT_KEYS)
    found.compare("artifact_facts_differ", `$.tau_edge.${key}`, facts[key] ?? null, actual[key] ?? null);
}

const FACT_KEYS = [
  "artifact_kind",
  "roles",
  "interfaces",
  "capabilities",
  "export_count",
  "name",
  "producers",
  "licences",
] as const satisfies readonly (keyof ReturnType<typeof factsOf>)[];

function comparePolicy(
  found: Comparison,
  manifest: Manifest,
  facts: ManifestFacts,
  { profile, verdict }: CheckInput,
  sha256: Sha256,
): void {
  found.compare("policy_revision_differs", "$.tau_edge.policy_revision", facts.policy_revision, POLICY_REVISION, false);
  if (profile === undefined || profile.profile_id !== facts.profile_id) {
    found.add("profile_not_compared", "$.tau_edge.profile_id", facts.profile_id, profile?.profile_id ?? null, false);
    return;
  }
  found.compare("profile_differs", "$.tau_edge.profile_digest", facts.profile_digest, profileDigest(profile, sha256));
  found.compare("profile_differs", "$.runtime_profile", manifest.runtime_profile, profile.runtime_profile);
  found.compare("profile_differs", "$.capability_constraints", manifest.capability_constraints, profile.feature_gates);
  // Other rules may well come to another verdict; which rules they were is noted above.
  if (verdict !== undefined && facts.policy_revision === POLICY_REVISION)
    found.compare("verdict_differs", "$.tau_edge.reason_codes", facts.reason_codes, verdict.reason_codes);
}

function sameJson(left: unknown, right: unknown): boolean {
  return decodeUtf8(writeCanonicalJson(left)) === decodeUtf8(writeCanonicalJson(right));
}
