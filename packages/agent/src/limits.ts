/** Every bound of the agent, with its unit and its reason. */
export const AGENT_LIMITS = {
  /** Answers to bootstrap, renewal, resolving and reports; 64 results of a report are the longest. */
  answer_bytes_max: 64 * 1_024,
  /** As the manifest package reads it. */
  manifest_bytes_max: 1_024 * 1_024,
  /** The largest upload of any gateway; a page holds the bytes once more while they are compiled. */
  artifact_bytes_max: 64 * 1_024 * 1_024,
  /** 64 files with their digests. */
  derived_bytes_max: 64 * 1_024,
  derived_files_max: 64,
  derived_path_chars_max: 256,
  /** All files of derived code together. */
  derived_files_bytes_max: 64 * 1_024 * 1_024,
  /** Somebody has to wait for it. */
  answer_ms_max: 30_000,
  /** A slow line has 64 MiB in it; a stalled one does not hold an agent for ever. */
  content_ms_max: 300_000,
  /** Told to a client in seconds; longer than this is nonsense. */
  max_age_ms_max: 3_600_000,
  /** How often an agent asks again that was told that there is no release. */
  none_max_age_ms: 5_000,
  /** Answers that are kept until they are too old, one for each blueprint and version key. */
  remembered_answers_max: 64,
  /** A token is renewed so long before its end. */
  renew_before_ms: 60_000,
  /** What a gateway may say of the life of a token. */
  token_seconds_max: 3_600,
  token_chars_max: 1_024,
  nonce_chars_max: 256,
  /** As the gateway's `report_batches_max`. */
  report_batches_max: 64,
  /** Observations of one batch; a gateway takes many more, and a lost request then costs little. */
  batch_observations_max: 1_000,
  /** Observations that wait for the gateway; beyond them the oldest are dropped, and counted. */
  waiting_observations_max: 10_000,
  /** A batch that nobody took by then is dropped, and counted. */
  batch_tries_max: 8,
  /** Longest pause between two tries of anything. */
  backoff_ms_max: 60_000,
  backoff_ms_min: 500,
  /** What a gateway may ask an agent to wait. */
  retry_after_ms_max: 600_000,
} as const;
