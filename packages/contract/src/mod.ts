/** S1's vocabulary: deliverables, health and gate, and the state file that holds them. */
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
