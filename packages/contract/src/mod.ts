/** S1's vocabulary: deliverables, health and gate, and the state file that holds them. */

export type { BrowserDidEntry, BrowserDids } from "./browser-did-entry.ts";
export { bookedField } from "./cases/booked-record.ts";
export {
  CASE_ERROR_CODES,
  CASE_OUTCOMES,
  type CaseErrorCode,
  type CaseOutcome,
  type ContractCase,
  type ExpectedResult,
} from "./cases/case.ts";
export { caseIdentity, caseKey, type IdentityFields, identityOf } from "./cases/case-key.ts";
export {
  CYCLE_COUNT_FIELDS,
  CYCLE_REASON_CODES,
  type CycleCountField,
  type CycleCounts,
  type CycleReasonCode,
  reasonCodesOf,
} from "./cases/cycle-counts.ts";
export { CYCLE_RECORD_TYPE, type CycleFacts, type CycleLimits } from "./cases/cycle-facts.ts";
export { cycleHealth } from "./cases/cycle-health.ts";
export { CYCLE_REASON_MEANINGS } from "./cases/cycle-reason-meanings.ts";
export { draftCycle, readCycle } from "./cases/cycle-record.ts";
export { isDone } from "./cases/done-case.ts";
export { evaluate, unavailable, type WantedArtifact, wantedArtifact } from "./cases/evaluate.ts";
export type { BodyValue, DeployedArtifact, Evaluation } from "./cases/evaluation.ts";
export { eventLine, type RecordedCycle } from "./cases/event-line.ts";
export { checkExpected, type Mismatch } from "./cases/expected.ts";
export type { CaseFindings, InvalidFinding, ManifestFinding, ModuleFinding } from "./cases/findings.ts";
export { type FixtureFacts, FixtureReader, type ReadCaseRow } from "./cases/fixture-reader.ts";
export { legacyKeys } from "./cases/legacy-key.ts";
export { FIXTURE_BYTES_MAX } from "./cases/limits.ts";
export { contractPage, PageFiller, readContractPage } from "./cases/page.ts";
export { type ReadCase, readCase } from "./cases/read-case.ts";
export { FIXTURE_REFUSALS, type FixtureRefusal, type FixtureRefusalCode } from "./cases/refusals.ts";
export { type CaseResult, type CaseResultOutcome, caseResult, type EndedCase } from "./cases/result.ts";
export { failedCaseText, rolloutText } from "./cases/result-text.ts";
export { retryDelayMs } from "./cases/retry-delay.ts";
export { type ChannelLine, type ChannelPosition, channelLine, channelPositionOf } from "./channels/channel-line.ts";
export { type ChannelName, channelNameOf, isChannelName, originalChannelNameOf } from "./channels/channel-name.ts";
export { channelSchema, channelSchemaFault } from "./channels/channel-schema.ts";
export { isChannelRecord, type JsonlCounter, type JsonlCounts, makeJsonlCounts } from "./channels/jsonl-counts.ts";
export { memoryText } from "./channels/memory-text.ts";
export type { ReadonlyCounts } from "./count-map.ts";
export type { AdoptedCycles, CycleMembers } from "./cycle-members.ts";
export { type DeliverableEntry, deliverableEntry, type WithdrawnEntry } from "./deliverable-entry.ts";
export { refuseAhead } from "./deliverables-rewrite.ts";
export {
  cycleOfEventLine,
  type EventLineCycle,
  type EventLogFacts,
  type EventLogReducer,
  isEventLine,
  makeEventLogFacts,
  standsInLog,
} from "./events/event-log.ts";
export type { Freshness, JudgedAt } from "./freshness.ts";
export { GATE_HOLDS } from "./gate-holds.ts";
export {
  type DeploymentHealth,
  EMPTY_HEALTH,
  HEALTH_FIELDS,
  type HealthDocument,
  type HealthField,
  type HealthSnapshot,
  readHealth,
  type TriedCycle,
  writeHealth,
} from "./health.ts";
export { withEventLog } from "./health-evidence.ts";
export {
  classifyHealth,
  type GateReason,
  type HealthClass,
  type HealthReport,
  type HealthState,
  healthClassOf,
  type RolloutGate,
} from "./health-report.ts";
export { CONTRACT_LIMITS } from "./limits.ts";
export type { JsonObject, StateRefusal, StateRefusalCode } from "./state-document.ts";
export { UnstampedState } from "./state-export.ts";
export type { StateElement, StateFacts, StateVisitor } from "./state-facts.ts";
export { cyclesChange, type ProjectedState, projectState, type StateChange } from "./state-file.ts";
export { readState, StateReader } from "./state-reader.ts";
export type { LedgerPosition, PartStamp, StateStamp } from "./state-stamp.ts";
export {
  freshnessSchema,
  judgedFields,
  operatorSummarySchema,
  promotionFiguresSchema,
  statusViewSchema,
  transportHealthSchema,
} from "./status/document-schemas.ts";
export { legacyStatusLine, legacyTransportHealthLine } from "./status/legacy-lines.ts";
export {
  type OperatorRow,
  type OperatorSummary,
  operatorRow,
  operatorSummary,
  unavailableRow,
} from "./status/operator-summary.ts";
export { type PromotionFigures, promotionFigures } from "./status/promotion-figures.ts";
export { makeStatusCounts, type StatusCounter, type StatusCounts } from "./status/status-counts.ts";
export { type StatusInput, type StatusView, statusView } from "./status/status-view.ts";
export { type TransportHealthRow, transportHealthRow } from "./status/transport-health.ts";
export { keyValueLine, type LineValue, lineValue } from "./text/key-value-line.ts";
