/** Every bound of rollouts, with its unit and its reason. */

/** The run_header carries the plan as CBOR, which is shorter than its JSON, and a record has 64 KiB. */
export const PLAN_BYTES_MAX = 32 * 1024;

export const STAGES_MAX = 20;
/** Three days of windows of five minutes; a checkpoint takes about 200 bytes for each. */
export const WATCH_WINDOWS_MAX = 1_000;
export const GATES_MAX = 32;
export const MAINTENANCE_WINDOWS_MAX = 32;
/** Each lane is a row in every snapshot. */
export const LANES_MAX = 64;

/** 400 days, as evidence is kept (decisions 8): a rollout that lasts longer outlives it. */
export const DURATION_MS_MAX = 400 * 24 * 60 * 60 * 1000;

/** Times a million it stays below 2^53, so that limits in parts per million are compared exactly. */
export const SAMPLES_MAX = 9_000_000_000;

/** Names of gates, checks and lanes. */
export const NAME_CHARS_MAX = 63;

/** A thousand commands of a line each. */
export const ENVIRONMENT_PROFILE_BYTES_MAX = 64 * 1024;
export const CHECKS_MAX = 64;
export const COMMAND_WORDS_MAX = 64;
export const COMMAND_WORD_CHARS_MAX = 4096;
/** A check that runs longer holds up the verdict for longer than any window should stay unjudged. */
export const CHECK_TIMEOUT_MS_MAX = 60 * 60 * 1000;

/** Semantic versions with build metadata are shorter. */
export const VERSION_CHARS_MAX = 128;

/** A batch is checked and added in one transaction, which holds up those behind it. */
export const BATCH_OBSERVATIONS_MAX = 10_000;
/** A UUID has 36. */
export const BATCH_ID_CHARS_MAX = 64;
/** As long as the id of an actor may be. */
export const REPORTER_CHARS_MAX = 512;
/** How finely the arrival of starts is kept: `abandon_after_ms` is at least as long by default. */
export const START_SLOT_MS = 10_000;

/** Longer ones are documents, and each request to resolve hashes its key. */
export const VERSION_KEY_BYTES_MAX = 1024;
