/** What was found where a case points: the facts that an evaluation needs and that only a file can give. */

export type ManifestFinding =
  | {
      readonly outcome: "valid";
      readonly runtime_profile: string;
      readonly blueprint_id: string;
      /** Verbatim. */
      readonly artifact_path: string;
      /** 64 lowercase hex digits. */
      readonly artifact_sha256: string;
      readonly artifact_size_bytes: number;
      readonly capability_constraints: readonly string[];
    }
  | InvalidFinding;

export type ModuleFinding =
  | { readonly outcome: "absent" }
  | { readonly outcome: "valid"; readonly artifact_sha256: string; readonly artifact_size_bytes: number }
  | InvalidFinding;

/** Why the file cannot be deployed: `code` is a word, `detail` a sentence. */
export interface InvalidFinding {
  readonly outcome: "invalid";
  readonly code: string;
  readonly detail: string;
}

/** Of what `wantedArtifact` names. */
export interface CaseFindings {
  readonly manifest?: ManifestFinding;
  readonly module?: ModuleFinding;
}
