/** The record `artifact_packaged`: its body, written and read. One record is one deliverable. */

import { type Digest, digestBytes } from "@tau-edge/encoding";
import type { Actor, RecordDraft, StoredRecord } from "@tau-edge/ledger";
import { RUNTIME_PROFILES, type RuntimeProfile } from "@tau-edge/manifest";
import { readFields } from "./record-fields.ts";

export const ARTIFACT_PACKAGED = "artifact_packaged";

/** What the record says about the artifact and its manifest, both of which are objects. */
export interface PackagedFacts {
  readonly blueprint_id: string;
  readonly artifact: Digest;
  readonly manifest: Digest;
  readonly artifact_size_bytes: number;
  readonly manifest_size_bytes: number;
  readonly artifact_kind: "module" | "component";
  readonly profile_id: string;
  readonly runtime_profile: RuntimeProfile;
  /** Name of the file that was packaged, without its directory. */
  readonly file_name: string;
  /** The rules that judged it. */
  readonly policy_revision: string;
  /** As the manifest says it: a fixed instant unless SOURCE_DATE_EPOCH was set. The real time is the record's. */
  readonly generated_unix_ms: number;
  /** What S1's `wasm_deliverables` entry repeats from the constraint object. */
  readonly constraint_profile_id: string;
  readonly required_abi: string;
  readonly required_feature_gates: readonly string[];
  /** Where the readable copies were asked for, as it was typed; absent for the place that belongs to the state. */
  readonly output_dir?: string;
}

export function draftPackaged(facts: PackagedFacts, actor: Actor): RecordDraft {
  return {
    type: ARTIFACT_PACKAGED,
    actor,
    body: {
      ...facts,
      artifact: digestBytes(facts.artifact),
      manifest: digestBytes(facts.manifest),
    },
  };
}

/** @throws PortError `ledger_corrupt` when a field is missing or of another type */
export function readPackaged(stored: StoredRecord): PackagedFacts {
  const fields = readFields(stored);
  const output_dir = fields.optionalText("output_dir");
  return {
    blueprint_id: fields.text("blueprint_id"),
    artifact: fields.digest("artifact"),
    manifest: fields.digest("manifest"),
    artifact_size_bytes: fields.count("artifact_size_bytes"),
    manifest_size_bytes: fields.count("manifest_size_bytes"),
    artifact_kind: fields.word("artifact_kind", ["module", "component"]),
    profile_id: fields.text("profile_id"),
    runtime_profile: fields.word("runtime_profile", RUNTIME_PROFILES),
    file_name: fields.text("file_name"),
    policy_revision: fields.text("policy_revision"),
    generated_unix_ms: fields.count("generated_unix_ms"),
    constraint_profile_id: fields.text("constraint_profile_id"),
    required_abi: fields.text("required_abi"),
    required_feature_gates: fields.texts("required_feature_gates"),
    ...(output_dir === undefined ? {} : { output_dir }),
  };
}

/** True when packaging again would say nothing new. */
export function samePackaged(a: PackagedFacts, b: PackagedFacts): boolean {
  return (
    a.blueprint_id === b.blueprint_id &&
    a.artifact === b.artifact &&
    a.manifest === b.manifest &&
    a.policy_revision === b.policy_revision &&
    a.output_dir === b.output_dir
  );
}
