/** Every way in which a document of this package can be unusable. The code is public API; the message is for people. */
export const MANIFEST_ERROR_MEANINGS = {
  manifest_too_large: "The manifest is larger than the limit.",
  manifest_syntax: "The manifest is not strict JSON.",
  manifest_field: "A field of the manifest is missing or breaks its rule.",
  manifest_newer: "The manifest was written by a newer version of this program or of the original.",
  profile_too_large: "The profile file is larger than the limit.",
  profile_syntax: "The profile file is not strict JSON.",
  profile_field: "A field of the profile is missing, unknown or breaks its rule.",
  derived_too_large: "The description of derived code is larger than the limit.",
  derived_syntax: "The description of derived code is not canonical JSON.",
  derived_field: "A field of the description of derived code is missing, unknown or breaks its rule.",
  derived_newer: "The description of derived code was written by a newer version of this program.",
  artifact_path_escapes: "The artifact's path could leave the manifest's directory.",
  blueprint_id_invalid: "The blueprint id is not lowercase letters, digits, dots, underscores and hyphens.",
  source_date_epoch_invalid: "SOURCE_DATE_EPOCH is not a whole number of seconds since 1970.",
  source_name_blank: "The name of the source file is blank.",
} as const;

export type ManifestErrorCode = keyof typeof MANIFEST_ERROR_MEANINGS;

/** Bad input. `at` is a JSON path such as `$.wasi[0].track`, or the byte offset where the text itself is at fault. */
export class ManifestError extends Error {
  override readonly name = "ManifestError";
  readonly code: ManifestErrorCode;
  readonly at: string;
  /** What to do next, in one sentence. */
  readonly remedy: string;

  constructor(code: ManifestErrorCode, at: string, detail: string, remedy: string, cause?: unknown) {
    super(`${detail} (${code} at ${at})`, cause === undefined ? undefined : { cause });
    this.code = code;
    this.at = at;
    this.remedy = remedy;
  }
}
