/**
 * Every metric that this gateway has, with what it means: docs/metrics.md is made of this table, and nothing else can be
 * written. Names have no prefix here, and of a counter no `_total`.
 */
export interface Family {
  readonly type: "counter" | "gauge" | "histogram" | "summary" | "info";
  /** The name ends with it. */
  readonly unit?: "seconds" | "bytes" | "ratio";
  /** Never who asks, nor what a digest names: there are too many of both. */
  readonly labels: readonly string[];
  readonly meaning: string;
  /** What S3 calls it (0.I). */
  readonly s3?: "rollout_success_rate" | "mean_recovery_time" | "incident_count";
}

export const METRIC_PREFIX = "tau_edge_";

const BLUEPRINT = ["environment", "blueprint"] as const;

const TABLE = {
  build: { type: "info", labels: ["version"], meaning: "Which gateway answers; always 1." },
  start_time_seconds: {
    ...{ type: "gauge", unit: "seconds", labels: [] },
    meaning: "When this gateway answered for the first time, in seconds since 1970.",
  },
  http_request_duration_seconds: {
    ...{ type: "histogram", unit: "seconds", labels: ["operation", "status_class"] },
    meaning: "From a request that was read to its answer; a body that is streamed comes after that.",
  },
  http_requests_in_flight: {
    ...{ type: "gauge", labels: [] },
    meaning: "Requests that wait for something before they are answered, this one among them.",
  },
  event_watchers: { type: "gauge", labels: [], meaning: "Who watches a rollout in this process now." },
  rollouts_ended: {
    ...{ type: "counter", labels: ["environment", "status"] },
    meaning: "Attempts of rollouts that ended, by final status.",
  },
  rollout_success_ratio: {
    ...{ type: "gauge", unit: "ratio", labels: ["environment"], s3: "rollout_success_rate" },
    meaning: "Attempts that ended with success, of all that ended; absent where none has.",
  },
  rollout_recovery_seconds: {
    ...{ type: "summary", unit: "seconds", labels: ["environment"] },
    meaning: "From the record that stopped a release to the proof of health after its rollback.",
  },
  rollout_recovery_mean_seconds: {
    ...{ type: "gauge", unit: "seconds", labels: ["environment"], s3: "mean_recovery_time" },
    meaning: "The mean of these; absent where nothing was rolled back.",
  },
  rollout_incidents: {
    ...{ type: "counter", labels: ["environment"], s3: "incident_count" },
    meaning: "Attempts that ended without success, but for those that their first preflight kept from beginning.",
  },
  rollout_phase: {
    ...{ type: "gauge", labels: [...BLUEPRINT, "phase"] },
    meaning: "1 for the phase in which the last rollout of a blueprint is, 0 for the others.",
  },
  rollout_stage: {
    ...{ type: "gauge", labels: BLUEPRINT },
    meaning: "Index of its stage in the plan; their number is the watch, -1 is before the first.",
  },
  rollout_weight_ratio: {
    ...{ type: "gauge", unit: "ratio", labels: BLUEPRINT },
    meaning: "Share of keys that get its release now, a holdback taken off.",
  },
  rollout_held: {
    ...{ type: "gauge", labels: [...BLUEPRINT, "code"] },
    meaning: "1 with the code of the evidence that it waits for; absent while it waits for none.",
  },
  rollout_paused: { type: "gauge", labels: BLUEPRINT, meaning: "1 while somebody has paused it." },
  rollout_window_samples: {
    ...{ type: "gauge", labels: [...BLUEPRINT, "arm"] },
    meaning: "Observations in its open window, of the release (candidate) and of what it is compared with (baseline).",
  },
  rollout_window_failures: {
    ...{ type: "gauge", labels: [...BLUEPRINT, "arm"] },
    meaning: "Those of them that failed.",
  },
  rollout_window_age_seconds: {
    ...{ type: "gauge", unit: "seconds", labels: BLUEPRINT },
    meaning: "Since its window was opened.",
  },
  rollout_gate_value_ratio: {
    ...{ type: "gauge", unit: "ratio", labels: [...BLUEPRINT, "gate"] },
    meaning:
      "What a gate compared in the last verdict: a share of failures, or how much slower the 95th percentile is.",
  },
  rollout_gate_limit_ratio: {
    ...{ type: "gauge", unit: "ratio", labels: [...BLUEPRINT, "gate"] },
    meaning: "What it compared that with.",
  },
  rollout_gate_result: {
    ...{ type: "gauge", labels: [...BLUEPRINT, "gate", "result"] },
    meaning: "1 with what came of it: pass, fail, hold or not_applicable.",
  },
  blueprint_frozen: {
    ...{ type: "gauge", labels: BLUEPRINT },
    meaning: "1 while nobody is to run the blueprint, 0 for others that had a rollout.",
  },
  ledger_streams: { type: "gauge", labels: [], meaning: "Streams that have records." },
  ledger_records: { type: "gauge", labels: [], meaning: "Records of all streams." },
  ledger_unreadable_streams: {
    ...{ type: "gauge", labels: [] },
    meaning: "Streams that cannot be read; of their rollouts only those are counted that had ended before.",
  },
  ledger_size_bytes: {
    type: "gauge",
    unit: "bytes",
    labels: [],
    meaning: "The ledger's file and its log on the disk.",
  },
  objects: { type: "gauge", labels: [], meaning: "Objects in the store, counted at most every 5 minutes." },
  objects_size_bytes: { type: "gauge", unit: "bytes", labels: [], meaning: "Their size together." },
  objects_marked: {
    ...{ type: "gauge", labels: ["mark"] },
    meaning: "Those that are condemned, or collected and not yet removed.",
  },
  collection_objects: {
    ...{ type: "gauge", labels: ["found"] },
    meaning:
      "Objects as the last collection plan found them: kept, condemned, and orphans of both, which no record names.",
  },
  collection_size_bytes: {
    ...{ type: "gauge", unit: "bytes", labels: ["found"] },
    meaning: "Their size together.",
  },
  collection_planned_timestamp_seconds: {
    ...{ type: "gauge", unit: "seconds", labels: [] },
    meaning:
      "When a collection was planned last, in seconds since 1970; absent where none was among the latest records.",
  },
  agents: { type: "gauge", labels: ["state"], meaning: "Agents that are registered, and those that were revoked." },
  metrics_dropped: {
    ...{ type: "gauge", labels: [] },
    meaning:
      "Blueprints beyond the limit, whose figures are left out: ended rollouts go first, and the oldest of them.",
  },
  metrics_failed: {
    ...{ type: "gauge", labels: ["source"] },
    meaning: "1 where a store could not be asked for its figures, which are then left out.",
  },
} as const satisfies Record<string, Family>;

export type FamilyName = keyof typeof TABLE;
export type LabelOf<Name extends FamilyName> = (typeof TABLE)[Name]["labels"][number];

export const FAMILIES: Readonly<Record<FamilyName, Family>> = TABLE;
export const FAMILY_NAMES = Object.keys(TABLE) as FamilyName[];

/** As the samples of the Prometheus text format are called. */
export function sampleName(name: FamilyName): string {
  const { type } = FAMILIES[name];
  const suffix = type === "counter" ? "_total" : type === "info" ? "_info" : "";
  return `${METRIC_PREFIX}${name}${suffix}`;
}
