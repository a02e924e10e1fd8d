/** Who gets what now, and why? */

export { cohortBucket, inCohort } from "./cohort.ts";
export { ROLLOUT_ERROR_MEANINGS, RolloutError, type RolloutErrorCode } from "./errors.ts";
export { failingIsCertain } from "./gates/certainty.ts";
export {
  FAIL_CODES,
  type FailCode,
  type GateFinding,
  type GateReport,
  HOLD_CODES,
  type HoldCode,
  type VerdictResult,
} from "./gates/gate-report.ts";
export { gateReportObject, readGateReport } from "./gates/gate-report-object.ts";
export { type JudgeRequest, judgeWindow } from "./gates/verdict.ts";
export { BATCH_OBSERVATIONS_MAX, START_SLOT_MS, VERSION_KEY_BYTES_MAX } from "./limits.ts";
export { BATCH_REFUSAL_MEANINGS, type BatchRefusal, type BatchRefusalCode, refuseBatch } from "./metrics/batch.ts";
export { fromBinary64, toBinary64 } from "./metrics/binary64.ts";
export { addBatch, EMPTY_COUNTERS, mergeCounters, progress } from "./metrics/counters.ts";
export { p95 } from "./metrics/histogram.ts";
export {
  type ExternalResult,
  type LaneEvidence,
  makeSnapshot,
  mergeLatencies,
  type Snapshot,
  type SnapshotRequest,
} from "./metrics/snapshot.ts";
export { readSnapshot, snapshotObject } from "./metrics/snapshot-object.ts";
export type { ReportBatch, WindowCounters, WindowId, WindowProgress } from "./metrics/window.ts";
export { ENVIRONMENTS, type Environment, isEnvironment, parseEnvironment } from "./plan/environment.ts";
