/** S1's vocabulary: deliverables, health and gate, and the state file that holds them. */
export {
  CASE_ERROR_CODES,
  CASE_OUTCOMES,
  type CaseErrorCode,
  type CaseOutcome,
  type ContractCase,
  type ExpectedResult,
} from "./cases/case.ts";
export {
  CYCLE_COUNT_FIELDS,
  CYCLE_REASON_CODES,
  type CycleCountField,
  type CycleCounts,
  type CycleReasonCode,
} from "./cases/cycle-counts.ts";
export { CYCLE_RECORD_TYPE, type CycleFacts, type CycleLimits } from "./cases/cycle-facts.ts";
export type { BodyValue, DeployedArtifact, Evaluation } from "./cases/evaluation.ts";
export type { Mismatch } from "./cases/expected.ts";
export type { CaseFindings, InvalidFinding, ManifestFinding, ModuleFinding } from "./cases/findings.ts";
export { FIXTURE_REFUSALS, type FixtureRefusal, type FixtureRefusalCode } from "./cases/refusals.ts";
export type { CaseResult, CaseResultOutcome } from "./cases/result.ts";
export type { CycleMembers } from "./cycle-members.ts";
export { type DeliverableEntry, deliverableEntry, deliverableEntrySchema } from "./deliverable-entry.ts";
export {
  classifyHealth,
  EMPTY_HEALTH,
  HEALTH_FIELDS,
  type HealthField,
  type HealthReport,
  type HealthSnapshot,
  type HealthState,
  hasEvidence,
} from "./health.ts";
export { CONTRACT_LIMITS } from "./limits.ts";
export type { JsonObject, StateRefusal, StateRefusalCode } from "./state-document.ts";
export type { StateElement, StateFacts, StateVisitor } from "./state-facts.ts";
export { type DeploymentState, type ProjectedState, projectState, readState } from "./state-file.ts";
export type { CyclesStamp, LedgerPosition, StateStamp } from "./state-stamp.ts";
