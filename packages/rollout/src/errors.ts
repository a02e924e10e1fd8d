/** Every way in which a document or an act of a rollout can be wrong. The code is public API. */
export const ROLLOUT_ERROR_MEANINGS = {
  plan_too_large: "The plan is larger than the limit.",
  plan_syntax: "The plan is not strict JSON.",
  plan_field: "A field of the plan is missing, unknown or breaks its rule.",
  environment_profile_too_large: "The environment profile is larger than the limit.",
  environment_profile_syntax: "The environment profile is not strict JSON.",
  environment_profile_field: "A field of the environment profile is missing, unknown or breaks its rule.",
  release_field: "A field of the release breaks its rule.",
  rollout_unknown: "There is no rollout with this id.",
  trace_out_of_order: "A record of a rollout chains, and yet cannot follow what came before it.",
  checkpoint_incomplete: "A checkpoint lacks a part, or says what no state can be.",
  counter_overflow: "A counter would pass 2^53-1.",
  snapshot_inconsistent: "A snapshot says things that cannot all be true.",
  gate_report_inconsistent: "A gate report says things that cannot all be true.",
  version_key_length: "A version key is empty or longer than the limit.",
} as const;

export type RolloutErrorCode = keyof typeof ROLLOUT_ERROR_MEANINGS;

/** Bad input. `at` is a JSON path such as `$.policy.stages[0]`, or the byte offset where the text itself is at fault. */
export class RolloutError extends Error {
  override readonly name = "RolloutError";
  readonly code: RolloutErrorCode;
  readonly at: string;
  /** What to do next, in one sentence. */
  readonly remedy?: string;

  constructor(code: RolloutErrorCode, at: string, detail: string, remedy?: string, cause?: unknown) {
    super(`${detail} (${code}${at === "" ? "" : ` at ${at}`})`, cause === undefined ? undefined : { cause });
    this.code = code;
    this.at = at;
    if (remedy !== undefined) this.remedy = remedy;
  }
}
