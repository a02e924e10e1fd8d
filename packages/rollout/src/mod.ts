/** Who gets what now, and why? */

export { agenda, type Evidence, type FreezeReason, type Step, type WaitReason } from "./agenda.ts";
export {
  type Asking,
  type AssignedBy,
  type Assignment,
  assignmentOf,
  type Candidate,
  type Resolved,
  resolve,
} from "./assignment.ts";
export { checkpointObject, restoreCheckpoint } from "./checkpoint.ts";
export { cohortBucket, inCohort } from "./cohort.ts";
export type { Asked, Command, Decided, Decision, Refused, WindowRef } from "./decide/command.ts";
export { decide } from "./decide/decide.ts";
export { REFUSALS, type RefusalCode } from "./decide/refusals.ts";
export { ROLLOUT_ERROR_MEANINGS, RolloutError, type RolloutErrorCode } from "./errors.ts";
export { evolve, evolveAll } from "./evolve.ts";
export { failingIsCertain } from "./gates/certainty.ts";
export { type Demand, demandOf } from "./gates/demand.ts";
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
export {
  dependenciesLock,
  determinismProfileHash,
  type Lineage,
  type LockedDependencies,
  lineageRoot,
  runtimeEnvHash,
  toolchainHash,
  traceRoot,
} from "./hashes.ts";
export { BATCH_OBSERVATIONS_MAX, START_SLOT_MS, VERSION_KEY_BYTES_MAX } from "./limits.ts";
export { BATCH_REFUSAL_MEANINGS, type BatchRefusal, type BatchRefusalCode, refuseBatch } from "./metrics/batch.ts";
export { fromBinary64, toBinary64 } from "./metrics/binary64.ts";
export { addBatch, EMPTY_COUNTERS, mergeCounters, progress } from "./metrics/counters.ts";
export { bucketOf, nearestRank95, p95 } from "./metrics/histogram.ts";
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
export {
  type DeployOperator,
  type OperatorContract,
  operatorContractHash,
  operatorContracts,
  operatorContractsRoot,
  operatorId,
} from "./operators/operators.ts";
export { type Arms, armsAt, fillMs, observationsIn } from "./plan/arms.ts";
export { betaCdf, gammaRest, logFactorial } from "./plan/beta.ts";
export { exponential, naturalLog, power } from "./plan/chance.ts";
export {
  ENVIRONMENTS,
  type Environment,
  environmentNameSchema,
  isEnvironment,
  parseEnvironment,
} from "./plan/environment.ts";
export {
  defaultEnvironmentProfile,
  type EnvironmentCheck,
  type EnvironmentProfile,
  environmentProfileObject,
  environmentProfileSchema,
  readEnvironmentProfile,
  readEnvironmentProfileObject,
} from "./plan/environment-profile.ts";
export { type Estimate, estimate, type StageEstimate } from "./plan/estimate.ts";
export { type LintOptions, lintPlan } from "./plan/lint.ts";
export { type Finding, LINT_RULES, type LintRule } from "./plan/lint-rules.ts";
export { nextOpening } from "./plan/maintenance.ts";
export {
  type Behaviour,
  equalRelease,
  type Limits,
  limitsOf,
  NOISE_ASSUMPTIONS,
  type NoiseAssumptions,
  twiceAsBad,
} from "./plan/noise.ts";
export { normalQuantile } from "./plan/normal.ts";
export {
  type Approval,
  type Gate,
  type MaintenanceWindow,
  type Plan,
  type Policy,
  ROLES,
  type Role,
  type Stage,
  type Watch,
} from "./plan/plan.ts";
export { planObject, policyObject, readPlanObject } from "./plan/plan-objects.ts";
export { planDocumentSchema } from "./plan/plan-schema.ts";
export { readPlan } from "./plan/read-plan.ts";
export type { ObjectState, PreflightFacts } from "./preflight/facts.ts";
export {
  environmentBefore,
  neededRoles,
  PREFLIGHT_CHECKS,
  type PreflightCheck,
  type PreflightCode,
  preflight,
  preflightFailures,
} from "./preflight/preflight.ts";
export { type PreflightReport, preflightReportObject, readPreflightReport } from "./preflight/preflight-report.ts";
export { type Release, type ReleaseRef, readRelease, releaseObject, releaseSchema } from "./release.ts";
export { type NamedObject, namedObjects } from "./replay/named-objects.ts";
export { type ReplayRequest, replay } from "./replay/replay.ts";
export type { NotReplayable, ReplayDiffers, ReplayResult, ReplaySame } from "./replay/replay-result.ts";
export {
  type TraceDifference,
  type TraceDocument,
  type Transition,
  traceDocumentSchema,
} from "./replay/trace-document.ts";
export { compareTraces, traceOf } from "./replay/trace-of.ts";
export { type Comparison, type Criterion, compareReports } from "./reports/compare.ts";
export { type DeploymentReport, deploymentReportObject, readDeploymentReport } from "./reports/deployment-report.ts";
export { type Fraction, type Outcomes, outcomesOf } from "./reports/outcomes.ts";
export {
  type HealthCheck,
  type RollbackReport,
  readRollbackReport,
  rollbackReportObject,
} from "./reports/rollback-report.ts";
export {
  activeRun,
  type Commit,
  effectiveTime,
  emptyState,
  environmentOf,
  hasConcurrentBaseline,
  isWatching,
  type Judgement,
  type Lock,
  lastCommit,
  PHASES,
  type Phase,
  type Run,
  type StreamState,
  watchStage,
} from "./state.ts";
export { draftTrace } from "./trace/draft-trace.ts";
export { POLICY_IDS, type PolicyIds, type ReplayInput, replayToken } from "./trace/policy-ids.ts";
export { readTrace } from "./trace/read-trace.ts";
export { FINAL_STATUSES, type FinalStatus, type Iter, type TraceBody } from "./trace/trace-body.ts";
